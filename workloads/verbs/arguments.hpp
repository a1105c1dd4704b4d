// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/arguments.hpp"

namespace moderato::workloads {

enum class Transport { rc, ud };
enum class Completion { polling, blocking };
enum class Inlining { automatic, on, off };

struct VerbsArguments : RunArguments {
  std::vector<std::string> devices;    ///< RDMA device of each endpoint; empty: found by address
  std::vector<std::string> addresses;  ///< IPv4 of each endpoint
  Transport transport = Transport::rc;
  Completion completion = Completion::polling;
  Inlining inlining = Inlining::automatic;
  bool yield = false;  ///< polling offers the CPU to others after every look
  std::optional<int> port, gid_index;
  std::optional<int> cq_count, cq_period_us;
  std::size_t srq_size = 128;  ///< buffers of a shared receive queue
  std::size_t srq_limit = 32;  ///< fewer posted ones than this are reported
  std::size_t window = 16;     ///< messages under way from each sender of srq

  bool blocking() const { return completion == Completion::blocking; }
};

inline constexpr std::size_t max_verbs_size = std::size_t{4} << 20;

/// Throws Failure when the command line is wrong; returns the mode, or nothing when help was asked
/// for.
std::optional<std::string> parse_verbs_arguments(int argc, char** argv, const Exchange& exchange,
                                                 VerbsArguments& arguments);

/// Whether the mode is a collective operation of any number of ranks.
bool is_collective(const std::string& mode);

}  // namespace moderato::workloads
