// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "workload/workload.hpp"

namespace moderato {

/// A link of hosts "node0", "node1", ... that are reached by ssh.
inline Link link_of(const std::vector<std::string>& addresses) {
  Link link{"lab", {}};
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const std::string host = fmt::format("node{}", i);
    link.endpoints.push_back({host, {"ssh", host}, fmt::format("eth{}", i), addresses[i], ""});
  }
  return link;
}

/// Two hosts reached without a shell on the way.
inline Link two_namespaces() {
  return {"two",
          {{"host-a", {"ip", "netns", "exec", "a"}, "eth0", "10.0.0.1", "rxe0"},
           {"host-b", {"ip", "netns", "exec", "b"}, "eth1", "10.0.0.2", "rxe1"}}};
}

inline WorkloadPaths installed() {
  return {"/none", "/none", "/opt/libexec", "/opt/bin/moderato"};
}

/// A workload with two parameters, of nothing but the words given.
inline WorkloadDescriptor workload_of(const Argv& command) {
  return {.name = "w",
          .launcher = WorkloadDescriptor::Launcher::first_host,
          .command = command,
          .parameters = {{"size", "8"}, {"iterations", "100"}}};
}

}  // namespace moderato
