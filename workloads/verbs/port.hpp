// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "verbs/arguments.hpp"
#include "verbs/gid.hpp"
#include "verbs/handles.hpp"

namespace moderato::workloads {

/// A port of an RDMA device, active, and the address under which it sends.
struct Port {
  ContextHandle context;
  std::string device;
  int number = 1;
  ibv_port_attr attributes{};
  Gid gid;
  bool has_gid = false;  ///< else, on InfiniBand, the LID is the address

  /// Bytes of a packet.
  std::size_t mtu() const { return std::size_t{128} << attributes.active_mtu; }
  /// "port 1 of mlx5_0"
  std::string name() const;
  ibv_device_attr_ex limits() const;
};

/// The port of the endpoint that `rank` is on: entry `rank` of the lists of devices and addresses,
/// which begin anew after their last. Throws Failure, naming what there is instead.
Port open_port(const VerbsArguments& arguments, int rank);

}  // namespace moderato::workloads
