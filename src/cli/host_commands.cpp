// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "agent/owner.hpp"
#include "agent/recover.hpp"
#include "agent/server.hpp"
#include "agent/snapshot.hpp"
#include "boot/everywhere.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/installation.hpp"
#include "cli/knob_ranges.hpp"
#include "cli/targets.hpp"
#include "core/file.hpp"
#include "core/printing.hpp"
#include "core/supervise.hpp"
#include "knobs/catalogue.hpp"
#include "knobs/discovery.hpp"
#include "link/link.hpp"
#include "report/probe.hpp"
#include "workload/process_knobs.hpp"

namespace moderato {
namespace {

/// The agents of a command, with what to tell whom it keeps from a device.
AgentProgram agents_for(std::string_view doing) {
  AgentProgram program = find_installation().agent();
  program.owner = owner_text(doing);
  return program;
}

/// What no device can hold: those who start programs have to be told.
void print_advice(const Profile& profile) {
  for (const auto& [id, value] : profile.process)
    say(stdout, fmt::format("for programs of class {}: {} {}\n", profile.workload_class, id,
                            text_of(*find_process_knob(id), value)));
}

void print_stale(const DeviceOutcome& outcome) {
  if (!outcome.stale.empty())
    say(stderr,
        fmt::format(
            "moderato: {}: the profile is stale: {}\n  try: moderato tune --since PROFILE\n",
            outcome.where, fmt::join(outcome.stale, ", ")));
}

void print_differences(const DeviceOutcome& outcome, std::string_view verb) {
  if (outcome.differed.empty())
    say(stdout, fmt::format("{}: as the profile says\n", outcome.where));
  for (const auto& [knob, wanted, now] : outcome.differed)
    say(stdout, fmt::format("{}: {} {} {} -> {}\n", outcome.where, verb, knob, now, wanted));
}

using Outcomes = std::vector<DeviceOutcome>;
enum class OnDifference { was_applied, tell_by_status };

/// Every host's outcome, in their order; returns the exit status.
int print_outcomes(const std::vector<Target>& targets, const std::vector<Result<Outcomes>>& all,
                   std::string_view verb, OnDifference on_difference) {
  HostTally tally(targets.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i]) tally.failed(targets[i], all[i].error());
    for (const DeviceOutcome& outcome : all[i].value_or(Outcomes{})) {
      print_stale(outcome);
      print_differences(outcome, verb);
      if (on_difference == OnDifference::tell_by_status && !outcome.differed.empty())
        tally.different();
    }
  }
  return tally.finish();
}

std::map<std::string, std::string> knob_units() {
  std::map<std::string, std::string> units;
  for (const Knob& knob : catalogue())
    units[std::string(knob.id)] = name_of(knob.unit);
  return units;
}

Result<HostReport> probe_one(const Target& target, const AgentProgram& program) {
  auto agent = Agent::start(target.host, target.launch_prefix, program);
  if (!agent) return fail(agent);
  auto report = agent->probe();
  if (!report) return report;
  report->host = target.host;
  return report;
}

/// With a netdev, just that one.
Result<void> print_report(HostReport report, const ProbeArguments& arguments) {
  if (!arguments.netdev.empty())
    std::erase_if(report.devices,
                  [&](const Device& device) { return device.netdev != arguments.netdev; });
  if (!arguments.netdev.empty() && report.devices.empty())
    return fail(Fault::usage, fmt::format("no netdev {}", arguments.netdev),
                "`moderato probe` lists what there is");
  if (arguments.format == "json") {
    put(stdout, to_json(report) + "\n");
  } else {
    put(stdout, render_probe(report, {.units = knob_units(),
                                      .all = arguments.all,
                                      .colour = use_colour(STDOUT_FILENO)}));
  }
  return {};
}

/// One namespace of a loopback link; returns the exit status.
int remove_loopback(const std::string& name, bool dry_run) {
  const char* done = dry_run ? "would remove" : "removed";
  if (!dry_run) {
    if (auto removed = remove_stale_loopback(name); !removed) return report_error(removed.error());
  }
  say(stdout, fmt::format("{} {}, left behind by a study that was killed\n", done, name));
  return exit_done;
}

}  // namespace

Result<Profile> load_profile(const std::string& path) {
  auto text = read_trusted_file(path, 8u << 20);
  if (!text && text.error().fault == Fault::document) return fail(text);
  if (!text) return fail(Fault::usage, text.error().message, "give the file of a profile");
  return parse_profile(*text, path, device_knob_ranges(), process_knob_ranges());
}

int probe_command(const ProbeArguments& arguments) {
  if (arguments.where.here()) {
    auto printed = print_report(discover(real_backends()), arguments);
    return printed ? exit_done : report_error(printed.error());
  }
  auto targets = targets_of(arguments.where, "");
  if (!targets) return report_error(targets.error());
  const auto reports = everywhere<HostReport>(*targets, find_installation().agent(),
                                              arguments.where.deadline(), probe_one);
  HostTally tally(targets->size());
  for (std::size_t i = 0; i < reports.size(); ++i) {
    auto printed = reports[i] ? print_report(*reports[i], arguments) : fail(reports[i]);
    if (!printed) tally.failed((*targets)[i], printed.error());
  }
  return tally.finish();
}

int apply_command(const ApplyArguments& arguments) {
  if (arguments.boot || !arguments.workload_class.empty())
    return apply_installed_command(arguments);
  auto profile = load_profile(arguments.profile);
  if (!profile) return report_error(profile.error());
  print_advice(*profile);
  if (profile->settings.empty()) return exit_done;
  auto targets = targets_of(arguments.where, arguments.netdev);
  if (!targets) return report_error(targets.error());
  const auto all = everywhere<Outcomes>(
      *targets, agents_for("apply of " + arguments.profile), arguments.where.deadline(),
      [&](const Target& target, const AgentProgram& program) {
        return apply_profile(*profile, target, program, arguments.dry_run);
      });
  return print_outcomes(*targets, all, arguments.dry_run ? "would set" : "set",
                        OnDifference::was_applied);
}

int verify_command(const ProfileArguments& arguments) {
  auto profile = load_profile(arguments.profile);
  if (!profile) return report_error(profile.error());
  if (profile->settings.empty()) return exit_done;  // all of it belongs to processes
  auto targets = targets_of(arguments.where, arguments.netdev);
  if (!targets) return report_error(targets.error());
  if (arguments.dry_run) {
    for (const Target& target : *targets)
      say(stdout,
          fmt::format("{}: would compare {} knob(s) of {}\n", target.host, profile->settings.size(),
                      target.netdev.empty() ? "every matching netdev" : target.netdev));
    return exit_done;
  }
  const auto all =
      everywhere<Outcomes>(*targets, find_installation().agent(), arguments.where.deadline(),
                           [&](const Target& target, const AgentProgram& program) {
                             return verify_profile(*profile, target, program);
                           });
  return print_outcomes(*targets, all, "differs:", OnDifference::tell_by_status);
}

int restore_command(const RestoreArguments& arguments) {
  int removed = exit_done;
  for (const auto& name : stale_loopbacks())
    removed = std::max(removed, remove_loopback(name, arguments.dry_run));
  auto targets = targets_of(arguments.where, "");
  if (!targets) return report_error(targets.error());
  const auto all = everywhere<std::vector<std::string>>(
      *targets, agents_for("restore"), arguments.where.deadline(),
      [&](const Target& target, const AgentProgram& program) {
        return recover_host(target.host, target.launch_prefix, program, arguments.dry_run);
      });
  HostTally tally(targets->size());
  bool anything = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i]) tally.failed((*targets)[i], all[i].error());
    anything = anything || !all[i] || !all[i]->empty();
    for (const auto& note : all[i].value_or(std::vector<std::string>{}))
      say(stdout, fmt::format("{}: {}\n", (*targets)[i].host, note));
  }
  if (!anything) say(stdout, "nothing to restore\n");
  const int restored = tally.finish();
  return restored == exit_done && arguments.where.here() ? removed : restored;
}

int agent_command(const AgentArguments& arguments, const Interrupt& interrupt) {
  HostAccess host{.backends = real_backends(), .discover = {}};
  // The agent owns the backends; discovery gets its own.
  host.discover = [] { return discover(real_backends()); };
  return serve(std::move(host),
               arguments.state_dir.empty() ? default_state_dir()
                                           : std::filesystem::path(arguments.state_dir),
               STDIN_FILENO, STDOUT_FILENO, interrupt);
}

int remote_shell_command(const std::vector<std::string>& words) {
  const auto divide = std::ranges::find(words, "--");
  if (std::distance(divide, words.end()) < 3)
    return report_error(
        {Fault::usage, "remote-shell MAP... -- HOST WORD...", "mpirun calls this; people do not"});
  auto argv = remote_shell({words.begin(), divide}, *(divide + 1), {divide + 2, words.end()});
  if (!argv) return report_error(argv.error());
  auto status = supervise(*argv);
  return status ? *status : report_error(status.error());
}

int run_job_command(const std::vector<std::string>& words) {
  if (words.empty())
    return report_error({Fault::usage, "run-job WORD...", "`moderato tune` calls this"});
  auto status = supervise(words);
  return status ? *status : report_error(status.error());
}

}  // namespace moderato
