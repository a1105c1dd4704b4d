// SPDX-License-Identifier: Apache-2.0
#include "cli/targets.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/installation.hpp"
#include "core/printing.hpp"
#include "link/hosts.hpp"
#include "link/link.hpp"

namespace moderato {
namespace {

std::string this_host() {
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  return name;
}

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<std::vector<Target>> endpoints_of(const std::string& link_name, const std::string& netdev) {
  auto file = find_link(link_name, find_installation());
  if (!file) return fail(file);
  auto link = read_link(*file);
  if (!link) return fail(link);
  std::vector<Target> targets;
  for (const Endpoint& end : link->endpoints)
    targets.push_back({end.host, end.launch_prefix, netdev.empty() ? end.netdev : netdev});
  return targets;
}

/// Who means a file, and names it without its path, is told why his hosts are not known.
void mention_file_here(const std::string& hosts) {
  if (hosts == "slurm" || hosts.find('/') != std::string::npos) return;
  if (std::error_code none; std::filesystem::is_regular_file(hosts, none))
    say(stderr,
        fmt::format("moderato: '{0}' is taken for a host; the file that lies here is ./{0}\n",
                    hosts));
}

/// Whether an error of a host's agent (agent/client.hpp) already says which host.
bool names(const std::string& message, const std::string& host) {
  return message.starts_with(host + ":") || message.starts_with(host + "/") ||
         message.starts_with(host + " ") || message.find("on " + host + " ") != std::string::npos;
}

}  // namespace

Result<std::vector<Target>> targets_of(const HostOptions& options, const std::string& netdev) {
  if (!options.link.empty()) return endpoints_of(options.link, netdev);
  if (options.hosts.empty()) return std::vector<Target>{{this_host(), {}, netdev}};
  auto hosts = hosts_of({options.hosts, options.launch}, variable);
  if (!hosts) return fail(hosts);
  mention_file_here(options.hosts);
  std::vector<Target> targets;
  for (Host& host : *hosts)
    targets.push_back({std::move(host.name), std::move(host.launch_prefix), netdev});
  return targets;
}

void HostTally::failed(const Target& target, const Error& error) {
  failures_.push_back(target.host);
  Error named = error;
  if (!names(error.message, target.host))
    named.message = fmt::format("{}: {}", target.host, error.message);
  const int status = report_error(named);
  status_ = status_ == exit_failed ? exit_failed : status;
}

int HostTally::finish() const {
  if (hosts_ > 1 && !failures_.empty())
    say(stderr, fmt::format("moderato: failed on {} of {} hosts: {}\n", failures_.size(), hosts_,
                            fmt::join(failures_, ", ")));
  if (status_ != exit_done) return status_;
  return different_ ? exit_different : exit_done;
}

}  // namespace moderato
