// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "agent/recover.hpp"
#include "agent/server.hpp"
#include "agent/snapshot.hpp"
#include "boot/boot.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/installation.hpp"
#include "cli/knob_ranges.hpp"
#include "core/file.hpp"
#include "core/supervise.hpp"
#include "knobs/catalogue.hpp"
#include "knobs/discovery.hpp"
#include "link/link.hpp"
#include "report/probe.hpp"
#include "workload/process_knobs.hpp"

namespace moderato {
namespace {

std::string this_host() {
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  return name;
}

/// This host, or every endpoint of a link, given by file or name.
Result<std::vector<Target>> targets_of(const std::string& link_name, const std::string& netdev) {
  if (link_name.empty()) return std::vector<Target>{{this_host(), {}, netdev}};
  auto file = find_link(link_name, find_installation());
  if (!file) return fail(file);
  auto link = read_link(*file);
  if (!link) return fail(link);
  std::vector<Target> targets;
  for (const Endpoint& end : link->endpoints)
    targets.push_back({end.host, end.launch_prefix, netdev.empty() ? end.netdev : netdev});
  return targets;
}

/// What no device can hold: those who start programs have to be told.
void print_advice(const Profile& profile) {
  for (const auto& [id, value] : profile.process)
    fmt::print("for programs of class {}: {} {}\n", profile.workload_class, id,
               text_of(*find_process_knob(id), value));
}

void print_stale(const DeviceOutcome& outcome) {
  if (!outcome.stale.empty())
    fmt::print(stderr, "moderato: {}: the profile is stale: {}\n  try: moderato tune again\n",
               outcome.where, fmt::join(outcome.stale, ", "));
}

void print_differences(const DeviceOutcome& outcome, std::string_view verb) {
  if (outcome.differed.empty()) fmt::print("{}: as the profile says\n", outcome.where);
  for (const auto& [knob, wanted, now] : outcome.differed)
    fmt::print("{}: {} {} {} -> {}\n", outcome.where, verb, knob, now, wanted);
}

int probe_targets(const std::string& link_name, std::vector<HostReport>& reports) {
  auto targets = targets_of(link_name, "");
  if (!targets) return report_error(targets.error());
  for (const Target& target : *targets) {
    auto agent = Agent::start(target.host, target.launch_prefix, find_installation().agent());
    if (!agent) return report_error(agent.error());
    auto report = agent->probe();
    if (!report) return report_error(report.error());
    report->host = target.host;
    reports.push_back(std::move(*report));
  }
  return exit_done;
}

std::map<std::string, std::string> knob_units() {
  std::map<std::string, std::string> units;
  for (const Knob& knob : catalogue())
    units[std::string(knob.id)] = name_of(knob.unit);
  return units;
}

}  // namespace

Result<Profile> load_profile(const std::string& path) {
  auto text = read_file(path, 8u << 20);
  if (!text) return fail(Fault::usage, text.error().message, "give the file of a profile");
  if (auto trusted = require_trusted_by_root(path); !trusted) return fail(trusted);
  return parse_profile(*text, path, device_knob_ranges(), process_knob_ranges());
}

int probe_command(const ProbeArguments& arguments) {
  std::vector<HostReport> reports;
  if (arguments.link.empty()) {
    reports.push_back(discover(real_backends()));
  } else if (const int status = probe_targets(arguments.link, reports); status != exit_done) {
    return status;
  }
  for (HostReport& report : reports) {
    if (!arguments.netdev.empty())
      std::erase_if(report.devices,
                    [&](const Device& device) { return device.netdev != arguments.netdev; });
    if (!arguments.netdev.empty() && report.devices.empty())
      return report_error({Fault::usage, fmt::format("no netdev {}", arguments.netdev),
                           "`moderato probe` lists what there is"});
    if (arguments.format == "json") {
      fmt::print("{}\n", to_json(report));
    } else {
      fmt::print("{}", render_probe(report, {.units = knob_units(),
                                             .all = arguments.all,
                                             .colour = use_colour(STDOUT_FILENO)}));
    }
  }
  return exit_done;
}

int apply_command(const ApplyArguments& arguments) {
  if (arguments.boot || !arguments.workload_class.empty())
    return apply_installed_command(arguments);
  auto profile = load_profile(arguments.profile);
  if (!profile) return report_error(profile.error());
  print_advice(*profile);
  if (profile->settings.empty()) return exit_done;
  auto targets = targets_of(arguments.link, arguments.netdev);
  if (!targets) return report_error(targets.error());
  int status = exit_done;
  for (const Target& target : *targets) {
    auto outcomes = apply_profile(*profile, target, find_installation().agent(), arguments.dry_run);
    if (!outcomes) {
      status = report_error(outcomes.error());
      continue;
    }
    for (const DeviceOutcome& outcome : *outcomes) {
      print_stale(outcome);
      print_differences(outcome, arguments.dry_run ? "would set" : "set");
    }
  }
  return status;
}

int verify_command(const ProfileArguments& arguments) {
  auto profile = load_profile(arguments.profile);
  if (!profile) return report_error(profile.error());
  if (profile->settings.empty()) return exit_done;  // all of it belongs to processes
  auto targets = targets_of(arguments.link, arguments.netdev);
  if (!targets) return report_error(targets.error());
  int status = exit_done;
  for (const Target& target : *targets) {
    if (arguments.dry_run) {
      fmt::print("{}: would compare {} knob(s) of {}\n", target.host, profile->settings.size(),
                 target.netdev.empty() ? "every matching netdev" : target.netdev);
      continue;
    }
    auto outcomes = verify_profile(*profile, target, find_installation().agent());
    if (!outcomes) return report_error(outcomes.error());
    for (const DeviceOutcome& outcome : *outcomes) {
      print_stale(outcome);
      print_differences(outcome, "differs:");
      if (!outcome.differed.empty()) status = exit_different;
    }
  }
  return status;
}

int restore_command(const RestoreArguments& arguments) {
  if (!arguments.dry_run) {
    for (const auto& name : remove_stale_loopbacks())
      fmt::print("removed {}, left behind by a study that was killed\n", name);
  }
  auto targets = targets_of(arguments.link, "");
  if (!targets) return report_error(targets.error());
  int status = exit_done;
  bool anything = false;
  for (const Target& target : *targets) {
    auto notes = recover_host(target.host, target.launch_prefix, find_installation().agent(),
                              arguments.dry_run);
    if (!notes) {
      status = report_error(notes.error());
      continue;
    }
    for (const auto& note : *notes)
      fmt::print("{}: {}\n", target.host, note);
    anything = anything || !notes->empty();
  }
  if (!anything && status == exit_done) fmt::print("nothing to restore\n");
  return status;
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
