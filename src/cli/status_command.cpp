// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "boot/everywhere.hpp"
#include "boot/installed.hpp"
#include "boot/status.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/installation.hpp"
#include "cli/knob_ranges.hpp"
#include "cli/status_output.hpp"
#include "core/printing.hpp"
#include "knobs/discovery.hpp"

namespace moderato {
namespace {

struct HostStatus {
  HostReport report;
  bool here = false;  ///< this host, whose files can be read
};

Result<HostReport> probe_one(const Target& target, const AgentProgram& program) {
  auto agent = Agent::start(target.host, target.launch_prefix, program);
  if (!agent) return fail(agent);
  auto report = agent->probe();
  if (report) report->host = target.host;
  return report;
}

/// Files are read here alone.
Result<void> check_root(const std::string& root, const std::vector<Target>& targets) {
  const auto remote = std::ranges::find_if(
      targets, [](const Target& target) { return !target.launch_prefix.empty(); });
  if (root == StatusArguments{}.root || remote == targets.end()) return {};
  return fail(
      Fault::usage,
      fmt::format("--root {}: files of {}, another host, are not looked at", root, remote->host),
      "leave --root out, or run `moderato status --root` there");
}

/// This host, for which nobody has to be root, or all that answer; `failed`: whether some do not.
Result<std::vector<HostStatus>> look_at(const StatusArguments& arguments, int& failed) {
  const HostOptions& where = arguments.where;
  failed = exit_done;
  if (where.here()) return std::vector<HostStatus>{{discover(real_backends()), true}};
  auto targets = targets_of(where, "");
  if (!targets) return fail(targets);
  if (auto usable = check_root(arguments.root, *targets); !usable) return fail(usable);
  auto reports =
      everywhere<HostReport>(*targets, find_installation().agent(), where.deadline(), probe_one);
  std::vector<HostStatus> hosts;
  HostTally tally(targets->size());
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const Target& target = (*targets)[i];
    const bool seen = std::ranges::any_of(
        hosts, [&](const HostStatus& host) { return host.report.host == target.host; });
    if (!reports[i])
      tally.failed(target, reports[i].error());
    else if (!seen)  // a link may have several endpoints on a host
      hosts.push_back({std::move(*reports[i]), target.launch_prefix.empty()});
  }
  failed = tally.finish();
  return hosts;
}

Result<void> check_names(const std::vector<std::string>& netdevs,
                         const std::vector<HostStatus>& hosts) {
  for (const std::string& netdev : netdevs) {
    const bool there = std::ranges::any_of(hosts, [&](const HostStatus& host) {
      return std::ranges::find(host.report.devices, netdev, &Device::netdev) !=
             host.report.devices.end();
    });
    if (!there)
      return fail(Fault::usage, fmt::format("no netdev {}", netdev),
                  "`moderato probe` lists what there is");
  }
  return {};
}

Result<std::string> class_in_question(const StatusArguments& arguments,
                                      const Installed& installed) {
  if (arguments.workload_class.empty()) return active_class(default_config(), installed);
  if (installed.classes().contains(arguments.workload_class)) return arguments.workload_class;
  return fail(Fault::usage,
              fmt::format("no profile of class '{}' is installed", arguments.workload_class),
              installed.classes().empty()
                  ? fmt::format("there is none at all in {}", default_config().profiles().string())
                  : fmt::format("one of: {}", fmt::join(installed.classes(), ", ")));
}

Result<std::vector<StatusRow>> rows_for(const StatusArguments& arguments,
                                        const Installed& installed,
                                        const std::string& workload_class, int& failed) {
  auto hosts = look_at(arguments, failed);
  if (!hosts) return fail(hosts);
  auto known = check_names(arguments.netdevs, *hosts);
  if (!known && failed == exit_done) return fail(known);
  std::vector<StatusRow> all;
  for (const HostStatus& host : *hosts) {
    auto rows = status_of(host.report, installed, {arguments.netdevs, workload_class});
    if (host.here) find_writers(rows, host.report, arguments.root);
    std::ranges::move(rows, std::back_inserter(all));
  }
  return all;
}

/// current 0, differs 3, stale 4, none 5. A broken file may hide a profile, so nothing is sure
/// then.
int exit_status_for(const std::vector<StatusRow>& rows, const std::vector<Error>& broken) {
  if (!broken.empty()) return exit_usage;
  switch (worst_of(rows)) {
    case ProfileState::current:
      return exit_done;
    case ProfileState::differs:
      return exit_different;
    case ProfileState::stale:
      return exit_stale;
    case ProfileState::none:
      return exit_none;
  }
  return exit_none;
}

}  // namespace

int status_command(const StatusArguments& arguments) {
  const Installed installed =
      read_installed(default_config().profiles(), device_knob_ranges(), process_knob_ranges());
  for (const Error& error : installed.broken)
    report_error(error);
  auto workload_class = class_in_question(arguments, installed);
  if (!workload_class) return report_error(workload_class.error());
  int failed = exit_done;
  auto rows = rows_for(arguments, installed, *workload_class, failed);
  if (!rows) return report_error(rows.error());
  const int status = failed != exit_done ? failed : exit_status_for(*rows, installed.broken);
  // Without rows the text says that there is no NIC, which a host that failed has not said.
  if (arguments.format == "json")
    put(stdout, status_json(*rows, *workload_class, installed.broken, status));
  else if (failed == exit_done || !rows->empty())
    put(stdout, status_text(*rows));
  return status;
}

}  // namespace moderato
