// SPDX-License-Identifier: Apache-2.0
#include "boot/batch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "boot/differences.hpp"
#include "core/utc_now.hpp"
#include "knobs/plan.hpp"

namespace moderato {
namespace {

constexpr std::size_t batch = 64;  ///< netdevs between two looks at the clock

/// A change of modes has an order of its own, and may move other values: that is no batch.
bool is_simple(const Work& work) {
  return std::ranges::none_of(work.outcome.differed, [&](const Difference& one) {
    return is_mode(one.knob) || moves_by_itself(one.knob, work.before);
  });
}

/// Of what is to be written.
Settings share_of(const Backend& backend, const Work& work) {
  Settings share;
  for (const Difference& one : work.outcome.differed) {
    if (backend.handles(one.knob)) share.emplace_hint(share.end(), one.knob, one.wanted);
  }
  return share;
}

/// Those of `works` that took everything.
OpenWorks write_batch(const Backends& backends, const OpenWorks& works) {
  std::vector<bool> took(works.size(), true);
  for (const auto& backend : backends) {
    std::vector<NetdevSettings> share;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < works.size(); ++i) {
      Settings settings = share_of(*backend, *works[i]);
      if (settings.empty()) continue;
      share.push_back({works[i]->netdev(), std::move(settings)});
      places.push_back(i);
    }
    if (share.empty()) continue;
    const auto taken = backend->write_many(share);
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (!taken[i]) took[places[i]] = false;
    }
  }
  OpenWorks all_of_it;
  for (std::size_t i = 0; i < works.size(); ++i) {
    works[i]->in_a_batch = true;
    if (took[i]) all_of_it.push_back(works[i]);
  }
  return all_of_it;
}

/// Writes the simple ones, and tells which were written.
OpenWorks write_simple(Works& works, const Backends& backends, const BootRun& run) {
  OpenWorks simple = still_open(works), written;
  std::erase_if(simple, [](const Work* work) { return !is_simple(*work); });
  for (std::size_t begin = 0; begin < simple.size() && !is_late(run); begin += batch) {
    const auto end = std::min(begin + batch, simple.size());
    const auto took = write_batch(backends, {simple.begin() + static_cast<std::ptrdiff_t>(begin),
                                             simple.begin() + static_cast<std::ptrdiff_t>(end)});
    written.insert(written.end(), took.begin(), took.end());
  }
  return written;
}

void verify(const OpenWorks& written, const Backends& backends) {
  const auto now = read_all(backends, written);
  for (std::size_t i = 0; i < written.size(); ++i) {
    Work& work = *written[i];
    if (has_all(now[i], work.wanted) && differences(work.wanted, now[i]).empty())
      work.end(NetdevEnd::set);
  }
}

/// What a device had before a batch that has failed it.
struct Undo {
  Work* work = nullptr;
  Snapshot snapshot;
  Result<void> saved;
};

/// What it said before, but for values of a moment: setting one knob may move another.
Settings stood_before(const Work& work) {
  Settings steady = work.before;
  std::erase_if(steady, [&](const auto& knob) { return moves_by_itself(knob.first, work.before); });
  return steady;
}

Snapshot before_batch(const Work& work, const Device& device, int ifindex, const Here& now) {
  Snapshot snapshot{.netdev = device.netdev,
                    .mac = device.mac,
                    .boot_id = now.boot_id,
                    .network_namespace = now.network_namespace,
                    .created = utc_now(),
                    .pci_address = device.pci_address,
                    .ifindex = ifindex};
  snapshot.others = stood_before(work);
  for (const Difference& one : work.outcome.differed)
    snapshot.settings.insert(snapshot.others.extract(one.knob));
  return snapshot;
}

bool shows_what_it_had(const Work& work, const Settings& now) {
  const Settings before = stood_before(work);
  return has_all(now, before) && differences(before, now).empty();
}

/// Those that a batch has written, and that do not show what they had.
OpenWorks moved_by_batch(Works& works, const Backends& backends) {
  OpenWorks open = still_open(works), moved;
  std::erase_if(open, [](const Work* work) { return !work->in_a_batch; });
  const auto now = read_all(backends, open);
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (!shows_what_it_had(*open[i], now[i])) moved.push_back(open[i]);
  }
  return moved;
}

/// One that has gone meanwhile is not among them: it has taken its settings with it.
std::vector<Undo> to_undo(const OpenWorks& moved, const HostAccess& access) {
  const Here now = here();
  std::vector<Undo> undos;
  const auto devices = access.discover().devices;
  for (const Device& device : devices) {
    const auto found = std::ranges::find_if(
        moved, [&](const Work* work) { return work->netdev() == device.netdev; });
    if (found == moved.end()) continue;
    const int ifindex = access.ifindex(device.netdev);
    undos.push_back({*found, before_batch(**found, device, ifindex, now), {}});
  }
  return undos;
}

Error not_undone(const Error& why, const Result<void>& saved) {
  Error error{Fault::runtime,
              "it took a part of the profile, and putting it back failed: " + describe(why),
              "`moderato restore` tries again"};
  if (!saved) {
    error.message += "; nor can its snapshot be kept: " + describe(saved.error());
    error.remedy = "set the values with ethtool -C, or reload its driver";
  }
  return error;
}

void undo(const OpenWorks& moved, const BootHost& host, const SnapshotStore& store) {
  HostAccess access = host.access();
  auto undos = to_undo(moved, access);
  Guard guard(std::move(access), host.state_dir);
  // All of them first: whoever is killed in the middle has lost nothing.
  for (Undo& one : undos)
    one.saved = store.save(one.snapshot);
  for (Undo& one : undos) {
    if (auto put = guard.put_back(one.snapshot); !put) {
      one.work->end(not_undone(put.error(), one.saved));
    } else if (auto forgotten = store.forget(one.snapshot); !forgotten) {
      one.work->end(forgotten.error());
    }
  }
}

}  // namespace

void write_in_batches(Works& works, const Backends& backends, const BootRun& run,
                      const BootHost& host, const SnapshotStore& store) {
  verify(write_simple(works, backends, run), backends);
  const OpenWorks moved = moved_by_batch(works, backends);
  if (!moved.empty()) undo(moved, host, store);
}

}  // namespace moderato
