// SPDX-License-Identifier: Apache-2.0
#include "boot/everywhere.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace moderato {
namespace {

/// Two pipes stay open for an agent; while it is being started they are four, with both ends.
constexpr rlim_t files_an_agent = 8;
constexpr rlim_t files_beside = 64;

}  // namespace

void allow_open_files_for(std::size_t agents) {
  rlimit limit{};
  const rlim_t needed = files_beside + files_an_agent * agents;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return;
  limit.rlim_cur = std::min(needed, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);  // refused: the agents that find no place say so
}

}  // namespace moderato
