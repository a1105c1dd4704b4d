// SPDX-License-Identifier: Apache-2.0
#include "boot/work.hpp"

#include <algorithm>

namespace moderato {
namespace {

bool asks_for(const Backend& backend, const OpenWorks& open) {
  return std::ranges::any_of(open, [&](const Work* work) {
    return std::ranges::any_of(work->wanted,
                               [&](const auto& setting) { return backend.handles(setting.first); });
  });
}

}  // namespace

bool is_late(const BootRun& run) {
  return std::chrono::steady_clock::now() >= run.deadline;
}

OpenWorks still_open(Works& works) {
  OpenWorks open;
  for (Work& work : works) {
    if (work.open) open.push_back(&work);
  }
  return open;
}

std::vector<Settings> read_all(const Backends& backends, const OpenWorks& open) {
  std::vector<std::string> netdevs;
  netdevs.reserve(open.size());
  for (const Work* work : open)
    netdevs.push_back(work->netdev());
  std::vector<Settings> now(open.size());
  for (const auto& backend : backends) {
    if (netdevs.empty() || !asks_for(*backend, open)) continue;
    auto told = backend->read_many(netdevs);
    for (std::size_t i = 0; i < now.size(); ++i)
      now[i].merge(told[i]);
  }
  return now;
}

bool has_all(const Settings& now, const Settings& wanted) {
  return std::ranges::all_of(wanted,
                             [&](const auto& setting) { return now.contains(setting.first); });
}

}  // namespace moderato
