// SPDX-License-Identifier: Apache-2.0
#include "cli/app.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string_view>
#include <type_traits>

#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/exit_status.hpp"
#include "cli/manual.hpp"
#include "core/printing.hpp"
#include "core/version.hpp"
#include "link/link.hpp"
#include "report/advice.hpp"
#include "tune/link_use.hpp"

namespace moderato {
namespace {

/// Everything that the command line can say.
struct Arguments {
  TuneArguments tune;
  ProbeArguments probe;
  ApplyArguments apply;
  ProfileArguments verify;
  InstallArguments install;
  UninstallArguments uninstall;
  RestoreArguments restore;
  ReportArguments report;
  AdviceArguments advice;
  StatusArguments status;
  AgentArguments agent;
  bool man = false, completion = false;
};

void add_format(CLI::App& command, std::string& format, const std::vector<std::string>& formats) {
  command.add_option("--format", format, "How to print the result")
      ->check(CLI::IsMember(formats))
      ->capture_default_str();
}

/// CLI11 takes -1 for the largest of unsigned numbers.
std::string refuse_negative(const std::string& text) {
  return text.starts_with('-') ? fmt::format("{} is less than 0", text) : "";
}

/// `on` says what happens on the hosts.
void add_hosts(CLI::App& c, HostOptions& where, const std::string& on) {
  auto* link = c.add_option("--link", where.link,
                            on + " the hosts of this link: a file (x.json, ./x), or its name");
  link->type_name("LINK");
  auto* hosts = c.add_option("--hosts", where.hosts,
                             on + " these hosts: a list (node[1-3],login), an Open MPI hostfile "
                                  "(file:PATH, ./PATH), or 'slurm', the allocation");
  hosts->type_name("HOSTS")->excludes(link);
  c.add_option("--launch", where.launch,
               "How to start a program on a host, words with blanks between them (default: 'ssh "
               "{host}', in a Slurm allocation srun)")
      ->type_name("PREFIX")
      ->needs(hosts);
  c.add_option("--deadline", where.deadline_s, "Seconds that each host has")
      ->check(CLI::Range(0.001, 86400.0).description(""))
      ->type_name("SECONDS")
      ->capture_default_str();
}

void add_tune(CLI::App& app, TuneArguments& a) {
  auto& c = *app.add_subcommand("tune", "Search, confirm and write a profile");
  c.footer(command_manual("tune"));
  auto* policy =
      c.add_option("--policy", a.policy,
                   "What to search: a file (x.json, ./x), or the name of a shipped policy");
  policy->type_name("POLICY")->default_str("quickstart");
  auto* link = c.add_option(
      "--link", a.link,
      "What to tune: 'loopback', or a link document: a file (x.json, ./x), or the name of one");
  link->type_name("LINK")->default_str("loopback");
  auto* study = c.add_option("--study", a.study,
                             "Folder for the study's records (default: "
                             "./moderato-study-POLICY-TIME)");
  study->type_name("FOLDER");
  auto* resume =
      c.add_option("--resume", a.resume, "Go on with the interrupted study in this folder");
  resume->type_name("FOLDER")->excludes(study)->excludes(policy)->excludes(link);
  auto* from = c.add_option("--from", a.from,
                            "Begin with what the study in this folder has found, of a similar "
                            "policy");
  from->type_name("FOLDER")->excludes(resume);
  c.add_option("--since", a.since,
               "After an upgrade: measure the ranking of this profile again, and search only if it "
               "does not stand. Policy and link are those of its study, unless given")
      ->type_name("PROFILE")
      ->excludes(resume)
      ->excludes(from);
  c.add_option("--profile", a.profile, "Also write the profile to this file")->type_name("FILE");
  c.add_option("--seed", a.seed, "Seed of the random order within rounds")
      ->check(refuse_negative)
      ->excludes(resume)
      ->capture_default_str();
  c.add_option("--run-as", a.run_as,
               "Run the workloads as this user, by name or number; 'root' stays root (default: who "
               "called sudo, else the caller)")
      ->type_name("USER");
  c.add_flag("--busy-ok", a.busy_ok,
             fmt::format("Also tune a link that others use (more than {} packets a second)",
                         busy_packets_per_s));
  c.add_flag("--management-ok", a.management_ok,
             "Also tune a netdev with a default route, or by which the ssh session comes in");
  c.add_flag("--dry-run", a.dry_run,
             "Check policy, link and workloads, and say what would be done; touch nothing");
  add_format(c, a.format, {"text", "json"});
}

void add_probe(CLI::App& app, ProbeArguments& a) {
  auto& c = *app.add_subcommand("probe", "Show NICs, RDMA devices and their knobs");
  c.footer(command_manual("probe"));
  c.add_option("netdev", a.netdev, "Only this netdev")->type_name("NETDEV");
  add_hosts(c, a.where, "Probe");
  c.add_flag("--all", a.all, "List unsupported knobs one by one");
  add_format(c, a.format, {"text", "json"});
}

/// The answer: the option that names the profile.
CLI::Option* add_profile_options(CLI::App& c, ProfileArguments& a) {
  auto* profile = c.add_option("profile", a.profile, "The profile's file")->type_name("PROFILE");
  c.add_option("--netdev", a.netdev, "Only this netdev (default: every one that matches)")
      ->type_name("NETDEV");
  add_hosts(c, a.where, "On");
  return profile;
}

CLI::Option* add_stale(CLI::App& c, std::string& stale, const std::string& otherwise) {
  return c
      .add_option("--stale", stale,
                  "A profile whose fingerprint has changed: apply, warn, or skip it (default: " +
                      otherwise + ")")
      ->check(CLI::IsMember({"apply", "warn", "skip"}));
}

void add_apply(CLI::App& app, ApplyArguments& a) {
  auto& c = *app.add_subcommand("apply", "Set what a profile says, or what is installed");
  c.footer(command_manual("apply"));
  auto* profile = add_profile_options(c, a);
  c.add_flag("--dry-run", a.dry_run, "Say what would be set; write nothing");
  auto* boot = c.add_flag("--boot", a.boot,
                          "Put back what an interrupted study left, then give every netdev its "
                          "installed profile of the active class");
  auto* other = c.add_option("--class", a.workload_class,
                             "Give every netdev its installed profile of this class instead");
  other->type_name("CLASS");
  for (auto* installed : {boot, other})
    installed->excludes(profile)
        ->excludes(c.get_option("--link"))
        ->excludes(c.get_option("--hosts"));
  add_stale(c, a.stale, "what /etc/moderato/stale says, else warn")->excludes(profile);
  c.add_flag("--set-default", a.set_default, "Make the class of --class the active one")
      ->needs(other);
  auto* deadline = c.get_option("--deadline");
  c.callback([profile, boot, other, deadline, &a] {
    if (profile->count() + boot->count() + other->count() == 0)
      throw CLI::RequiredError("PROFILE, --boot or --class");
    if (deadline->count() > 0) a.installed_deadline_s = a.where.deadline_s;
  });
}

void add_image(CLI::App& command, std::string& root, const char* help) {
  command.add_option("--root", root, help)->type_name("FOLDER")->check(CLI::ExistingDirectory);
}

void add_install(CLI::App& app, InstallArguments& a) {
  auto& c = *app.add_subcommand("install", "Put profiles in place for every boot");
  c.footer(command_manual("install"));
  c.add_option("profile", a.profiles, "The profiles' files")->type_name("PROFILE")->required();
  c.add_option("--class", a.workload_class,
               "The class to be in force (default: as it is, else that of the profiles)")
      ->type_name("CLASS");
  add_stale(c, a.stale, "as it is, else warn");
  c.add_flag("--replace", a.replace,
             "Take the place of installed profiles with other content, and keep those as *.old");
  add_image(c, a.root, "Into the image in this folder instead of this host");
}

void add_uninstall(CLI::App& app, UninstallArguments& a) {
  auto& c = *app.add_subcommand("uninstall", "Take back what install has put in place");
  c.footer(command_manual("uninstall"));
  c.add_option("name", a.names, "Only these profiles, by their name or file (default: all)")
      ->type_name("NAME");
  add_image(c, a.root, "From the image in this folder instead of this host");
}

void add_verify(CLI::App& app, ProfileArguments& a) {
  auto& c = *app.add_subcommand("verify", "Compare a host with a profile");
  c.footer(command_manual("verify"));
  add_profile_options(c, a)->required();
  c.add_flag("--dry-run", a.dry_run, "Check the profile and say what would be compared");
}

void add_restore(CLI::App& app, RestoreArguments& a) {
  auto& c = *app.add_subcommand("restore", "Put back what an interrupted study left behind");
  c.footer(command_manual("restore"));
  add_hosts(c, a.where, "On");
  c.add_flag("--dry-run", a.dry_run, "Say what would be put back; write nothing");
}

void add_report(CLI::App& app, ReportArguments& a) {
  auto& c = *app.add_subcommand("report", "Show what a study found, also while it runs");
  c.footer(command_manual("report"));
  c.add_option("study", a.study, "The study's folder")->type_name("FOLDER")->required();
  add_format(c, a.format, {"text", "json", "html"});
}

void add_status(CLI::App& app, StatusArguments& a) {
  auto& c = *app.add_subcommand("status", "Show how the NICs stand to the installed profiles");
  c.footer(command_manual("status"));
  c.add_option("--netdev", a.netdevs, "Only this netdev; may be given several times")
      ->type_name("NETDEV")
      ->allow_extra_args(false);
  c.add_option("--class", a.workload_class,
               "The workload class that counts (default: the active one)")
      ->type_name("CLASS");
  add_hosts(c, a.where, "On");
  c.add_option("--root", a.root, "Where to look for the files of others that set knobs")
      ->type_name("FOLDER")
      ->capture_default_str();
  add_format(c, a.format, {"text", "json"});
}

void add_advice(CLI::App& app, AdviceArguments& a) {
  auto& c = *app.add_subcommand("advice", "Write what a profile says to those who start programs");
  c.footer(command_manual("advice"));
  c.add_option("profile", a.profile, "The profile's file")->type_name("PROFILE")->required();
  c.add_option("--flavour", a.flavour,
               "The MPI library and transport: a name of the catalogue (default: the one that the "
               "format is for)")
      ->type_name("FLAVOUR");
  add_format(c, a.format, advice_formats());
  c.add_option("--output", a.output, "Write to this file instead of stdout")->type_name("FILE");
}

void add_agent(CLI::App& app, AgentArguments& a) {
  auto& c = *app.add_subcommand("agent", "Serve a tuner on this host (started by tune and apply)");
  c.footer(command_manual("agent"));
  c.add_option("--state-dir", a.state_dir,
               "Where snapshots are kept (default: $MODERATO_STATE_DIR, else /var/lib/moderato)")
      ->type_name("FOLDER");
}

struct Subcommand {
  std::string_view name;
  void (*add)(CLI::App&, Arguments&);
  int (*run)(const Arguments&, const Interrupt&);
  /// Whether a signal must not end it at just any moment: it has something to put back, or to do
  /// whole.
  bool (*writes)(const Arguments&);
};

bool always(const Arguments&) {
  return true;
}
bool never(const Arguments&) {
  return false;
}
template <auto its_arguments>
bool unless_dry(const Arguments& a) {
  return !(a.*its_arguments).dry_run;
}

template <auto its_arguments, auto add, auto command>
constexpr Subcommand subcommand(std::string_view name, bool (*writes)(const Arguments&)) {
  return {name, [](CLI::App& app, Arguments& a) { add(app, a.*its_arguments); },
          [](const Arguments& a, const Interrupt& interrupt) {
            if constexpr (std::is_invocable_v<decltype(command), decltype(a.*its_arguments),
                                              const Interrupt&>)
              return command(a.*its_arguments, interrupt);
            else
              return command(a.*its_arguments);
          },
          writes};
}

using A = Arguments;
constexpr std::array subcommands{
    subcommand<&A::tune, add_tune, tune_command>("tune", unless_dry<&A::tune>),
    subcommand<&A::probe, add_probe, probe_command>("probe", never),
    subcommand<&A::apply, add_apply, apply_command>("apply", unless_dry<&A::apply>),
    subcommand<&A::verify, add_verify, verify_command>("verify", never),
    subcommand<&A::install, add_install, install_command>("install", always),
    subcommand<&A::uninstall, add_uninstall, uninstall_command>("uninstall", always),
    subcommand<&A::restore, add_restore, restore_command>("restore", unless_dry<&A::restore>),
    subcommand<&A::report, add_report, report_command>("report", never),
    subcommand<&A::advice, add_advice, advice_command>("advice", always),
    subcommand<&A::status, add_status, status_command>("status", never),
    subcommand<&A::agent, add_agent, agent_command>("agent", always),
    // Called by other parts of moderato, not by people; so are those that main() serves.
    Subcommand{
        "loopback-keeper",
        [](CLI::App& app, Arguments&) { app.add_subcommand("loopback-keeper")->group(""); },
        [](const Arguments&, const Interrupt& interrupt) { return keep_loopback(0, 1, interrupt); },
        always},
};

/// `only`: the one subcommand that is wanted, "": all.
void build(CLI::App& app, Arguments& a, std::string_view only) {
  app.name("moderato");
  app.footer(general_manual());
  app.set_version_flag("--version", fmt::format("moderato {}", version));
  app.set_help_all_flag("--help-all", "Print the help of every command");
  app.add_flag("--man", a.man, "Print the man page (roff)")->group("");
  app.add_flag("--completion", a.completion, "Print the completion script for bash")->group("");
  app.require_subcommand(0, 1);
  for (const Subcommand& one : subcommands) {
    if (only.empty() || only == one.name) one.add(app, a);
  }
}

/// A parser and what it fills.
struct CommandLine {
  CLI::App app{"Tunes the interrupt moderation of cluster NICs, and proves that it helped."};
  Arguments arguments;

  explicit CommandLine(std::string_view only = {}) { build(app, arguments, only); }
};

/// Jobs wait for `moderato apply --class`, and to make the options of every command would be a
/// twentieth of that. Nothing: there is something to print, for which all of them are needed.
std::unique_ptr<CommandLine> parse_one_command(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (std::ranges::find(subcommands, name, &Subcommand::name) == subcommands.end()) return nullptr;
  auto line = std::make_unique<CommandLine>(name);
  try {
    line->app.parse(argc, argv);
  } catch (const CLI::ParseError&) {
    return nullptr;
  }
  return line;
}

/// From here on a signal ends this process, as it ends any: nothing is left behind, and agents see
/// the end of their input.
void let_signals_end_it() {
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

int dispatch(const CLI::App& app, const Arguments& a, const Interrupt& interrupt) {
  for (const CLI::App* called : app.get_subcommands()) {  // one at most
    const auto found = std::ranges::find(subcommands, called->get_name(), &Subcommand::name);
    if (!found->writes(a)) let_signals_end_it();
    return found->run(a, interrupt);
  }
  let_signals_end_it();
  if (a.man) {
    put(stdout, man_page(app));
    return exit_done;
  }
  if (a.completion) {
    put(stdout, bash_completion(app));
    return exit_done;
  }
  put(stdout, app.help());
  return exit_usage;
}

}  // namespace

int run_command_line(int argc, char** argv, const Interrupt& interrupt) {
  if (const auto line = parse_one_command(argc, argv))
    return dispatch(line->app, line->arguments, interrupt);
  CommandLine line;
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = line.app.exit(error);  // prints help, version or what is wrong
    return status == 0 ? exit_done : exit_usage;
  }
  return dispatch(line.app, line.arguments, interrupt);
}

}  // namespace moderato
