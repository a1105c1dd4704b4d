// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace moderato {

/// A program and its arguments, never a shell string.
using Argv = std::vector<std::string>;

/// One end of a link: a netdev on a host, and how to start a process there.
struct Endpoint {
  std::string host;    ///< the name people know it by
  Argv launch_prefix;  ///< put before every command for this host: {"ip","netns","exec","a"},
                       ///< {"ssh","node7"}; empty: this host
  std::string netdev;
  std::string address;  ///< IP address of the netdev; workloads and mpirun use it
  std::string rdma;  ///< RDMA device, "mlx5_0"; empty: the first one of the netdev, if it has any
};

/// Whether what follows the prefix is read by a shell on the other side, as with ssh.
bool through_shell(const Argv& launch_prefix);
/// `word` as one word of a POSIX shell.
std::string shell_quoted(const std::string& word);
/// The command that runs `command` behind `launch_prefix`, its words unharmed by a shell on the
/// way.
Argv behind(const Argv& launch_prefix, const Argv& command);

/// Two or more endpoints that a workload runs across.
struct Link {
  std::string name;
  std::vector<Endpoint> endpoints;
};

}  // namespace moderato
