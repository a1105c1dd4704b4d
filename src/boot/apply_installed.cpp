// SPDX-License-Identifier: Apache-2.0
#include "boot/apply_installed.hpp"

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/utsname.h>

#include <algorithm>

#include "boot/differences.hpp"
#include "boot/originals.hpp"
#include "core/file_lock.hpp"
#include "knobs/discovery.hpp"
#include "knobs/plan.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch = 64;  ///< netdevs between two looks at the clock

/// One netdev on its way through a run.
struct Work {
  Device device;
  const Profile* profile = nullptr;  ///< empty: nothing to do any more
  Settings settings;                 ///< the profile's
  Settings wanted;                   ///< those, and what goes back to what it was
  Settings before;                   ///< all that the device said
  Settings to_write;                 ///< what differs
  bool in_a_batch = false;           ///< whose outcome is not what it should be
  NetdevOutcome outcome;

  void end(NetdevEnd how) {
    outcome.end = how;
    profile = nullptr;
  }
  void end(Error why) {
    outcome.why = std::move(why);
    end(NetdevEnd::failed);
  }
};
using Works = std::vector<Work>;

bool is_late(const BootRun& run) {
  return Clock::now() >= run.deadline;
}

Error late() {
  return {Fault::runtime, "not reached before the deadline",
          "`moderato apply --boot` tries again; --deadline gives it more time"};
}

/// Speed and MTU come with the network, which is configured later; nothing is stale for them.
std::vector<std::string> staleness_of_nic(const Fingerprint& recorded, const Device& device,
                                          const std::string& kernel) {
  Fingerprint now = fingerprint_of(device, kernel);
  now.speed_mbps.reset();
  now.mtu = recorded.mtu;
  return staleness(recorded, now);
}

Work plan_one(Device device, const Installed& installed, const BootRun& run,
              const std::string& kernel) {
  Work work{.device = std::move(device)};
  work.outcome.netdev = work.device.netdev;
  const Choice choice = choose(installed, run.workload_class, work.device);
  if (!choice.ambiguous.empty()) {
    work.outcome.profile = describe_ambiguity(choice);
    work.end(NetdevEnd::ambiguous);
  }
  if (choice.profile == nullptr) return work;
  work.profile = &choice.profile->profile;
  work.settings = work.wanted = work.profile->settings;
  work.outcome.profile = choice.profile->file.filename();
  work.outcome.stale = staleness_of_nic(work.profile->fingerprint, work.device, kernel);
  if (!work.outcome.stale.empty() && run.stale == StalePolicy::skip) work.end(NetdevEnd::skipped);
  return work;
}

/// Those that a run still has something to do with, by name.
std::map<std::string, Work*> still_open(Works& works) {
  std::map<std::string, Work*> open;
  for (Work& work : works) {
    if (work.profile != nullptr) open[work.device.netdev] = &work;
  }
  return open;
}

bool asks_for(const Backend& backend, const std::map<std::string, Work*>& open) {
  return std::ranges::any_of(open, [&](const auto& entry) {
    return std::ranges::any_of(entry.second->wanted,
                               [&](const auto& setting) { return backend.handles(setting.first); });
  });
}

/// All that the backends of the profiles' knobs say of these netdevs.
std::map<std::string, Settings> read_all(const Backends& backends,
                                         const std::map<std::string, Work*>& open) {
  std::vector<std::string> netdevs;
  for (const auto& [netdev, work] : open)
    netdevs.push_back(netdev);
  std::map<std::string, Settings> now;
  for (const auto& backend : backends) {
    if (netdevs.empty() || !asks_for(*backend, open)) continue;
    for (auto& [netdev, values] : backend->read_many(netdevs))
      now[netdev].merge(values);
  }
  return now;
}

bool has_all(const Settings& now, const Settings& wanted) {
  return std::ranges::all_of(wanted,
                             [&](const auto& setting) { return now.contains(setting.first); });
}

/// What the device has, and what of it is not as it should be.
void compare(Work& work, const Settings& now, const Backends& backends,
             const KnobHistories& histories) {
  const Profile& profile = *work.profile;
  work.before = now;
  work.wanted = with_originals(profile.settings, histories, now);
  if (!has_all(now, profile.settings)) {
    std::vector<std::string> knobs;
    for (const auto& [id, value] : profile.settings)
      knobs.push_back(id);
    // Asked for alone, the device says why it does not tell.
    auto alone = read_settings(backends, work.device.netdev, knobs);
    if (!alone) return work.end(alone.error());
    work.before.insert(alone->begin(), alone->end());
  }
  if (auto effective = check_effective(profile, work.before, work.device.netdev); !effective)
    return work.end(effective.error());
  Settings steady = work.before;
  std::erase_if(steady, [&](const auto& knob) { return moves_by_itself(knob.first, work.before); });
  work.outcome.differed = differences(work.wanted, steady);
  for (const Difference& different : work.outcome.differed)
    work.to_write[different.knob] = different.wanted;
  if (work.to_write.empty()) work.end(NetdevEnd::as_wanted);
}

void compare_all(Works& works, const Backends& backends, const Originals& originals) {
  const auto open = still_open(works);
  static const KnobHistories none;
  const auto histories_of = [&](const std::string& netdev) -> const KnobHistories& {
    const auto found = originals.find(netdev);
    return found == originals.end() ? none : found->second;
  };
  // Also the knobs that may have to go back are to be read.
  for (const auto& [netdev, work] : open) {
    for (const auto& [id, history] : histories_of(netdev))
      work->wanted.emplace(id, history.original);
  }
  auto values = read_all(backends, open);
  for (const auto& [netdev, work] : open)
    compare(*work, values[netdev], backends, histories_of(netdev));
}

void end_all(Works& works, const Error& why) {
  for (const auto& [netdev, work] : still_open(works))
    work->end(why);
}

/// Nobody else may be at work on a device. With the gate closed, who has it locked now is all that
/// counts.
void refuse_locked(Works& works, const SnapshotStore& store, const Here& now) {
  auto open = still_open(works);
  for (const auto& netdev : store.netdevs_with_lock_file(now.network_namespace)) {
    const auto found = open.find(netdev);
    if (found == open.end()) continue;
    const auto holder =
        store.holder({.netdev = netdev, .network_namespace = now.network_namespace});
    if (!holder) {
      found->second->end(holder.error());
    } else if (*holder) {
      found->second->end({Fault::runtime, fmt::format("{} is in use by {}", netdev, **holder),
                          "wait for it to end, or stop it"});
    }
  }
}

/// Nor may its snapshot wait to be put back. Looked at with the locks held: before, a study may
/// have ended that left one.
void refuse_unrestored(Works& works, const SnapshotStore& store, const HostAccess& access,
                       const Here& now) {
  const auto open = still_open(works);
  if (open.empty()) return;
  const auto left_behind = store.load_readable();
  for (const auto& [netdev, work] : open) {
    if (!left_behind) {
      work->end(left_behind.error());
      continue;
    }
    if (const Error* unreadable = left_behind->unreadable_of(netdev, now.network_namespace)) {
      work->end(*unreadable);
      continue;
    }
    const auto& snapshots = left_behind->snapshots;
    const auto found = std::ranges::find_if(snapshots, [&](const Snapshot& snapshot) {
      return is_of(snapshot, netdev, access.ifindex(netdev), now);
    });
    if (found == snapshots.end()) continue;
    work->end({Fault::runtime,
               fmt::format("it was not put back after an earlier study ({})", found->created),
               "run `moderato restore` first"});
  }
}

/// A change of modes has an order of its own, and may move other values: that is no batch.
bool is_simple(const Work& work) {
  return plan_writes(work.to_write, work.before).modes.empty() &&
         modes_in_the_way(work.to_write, work.before).empty();
}

/// Those of `works` that took everything.
std::set<std::string> write_batch(const Backends& backends, const std::vector<Work*>& works) {
  std::set<std::string> refused;
  for (const auto& backend : backends) {
    std::map<std::string, Settings> share;
    for (const Work* work : works) {
      for (const auto& [id, value] : work->to_write) {
        if (backend->handles(id)) share[work->device.netdev][id] = value;
      }
    }
    if (share.empty()) continue;
    const auto taken = backend->write_many(share);
    for (const auto& [netdev, settings] : share) {
      if (!taken.contains(netdev)) refused.insert(netdev);
    }
  }
  std::set<std::string> took;
  for (Work* work : works) {
    work->in_a_batch = true;
    if (!refused.contains(work->device.netdev)) took.insert(work->device.netdev);
  }
  return took;
}

/// Writes the simple ones, and tells which were written.
std::set<std::string> write_simple(Works& works, const Backends& backends, const BootRun& run) {
  std::vector<Work*> simple;
  for (const auto& [netdev, work] : still_open(works)) {
    if (is_simple(*work)) simple.push_back(work);
  }
  std::set<std::string> written;
  for (std::size_t begin = 0; begin < simple.size() && !is_late(run); begin += batch) {
    const auto end = std::min(begin + batch, simple.size());
    written.merge(write_batch(backends, {simple.begin() + static_cast<std::ptrdiff_t>(begin),
                                         simple.begin() + static_cast<std::ptrdiff_t>(end)}));
  }
  return written;
}

void verify_written(Works& works, const Backends& backends, const std::set<std::string>& written) {
  std::map<std::string, Work*> open = still_open(works);
  std::erase_if(open, [&](const auto& entry) { return !written.contains(entry.first); });
  for (const auto& [netdev, now] : read_all(backends, open)) {
    Work& work = *open.at(netdev);
    if (has_all(now, work.wanted) && differences(work.wanted, now).empty())
      work.end(NetdevEnd::set);
  }
}

/// What the batch has moved goes back first: the guard's snapshot has to hold what was there
/// before.
Result<void> undo_batch(const Backends& backends, const Work& work) {
  Settings before;
  for (const auto& [id, value] : work.to_write)
    before[id] = work.before.at(id);
  auto now = apply_settings(backends, work.device.netdev, before);
  if (!now) return fail(now);
  for (const auto& [id, wanted, shown] : differences(before, *now))
    return fail(
        Fault::runtime,
        fmt::format("it does not take its own {} = {} back, and shows {}", id, wanted, shown),
        "reload its driver, or set the value with ethtool -C");
  return {};
}

Result<void> write_guarded(Guard& guard, const Work& work) {
  const std::string& netdev = work.device.netdev;
  std::vector<std::string> knobs;
  for (const auto& [id, value] : work.wanted)
    knobs.push_back(id);
  if (auto armed = guard.arm(netdev, knobs); !armed) return fail(armed);
  auto effective = guard.write(netdev, work.wanted);
  if (!effective) return fail(effective);
  for (const auto& [id, wanted, shown] : differences(work.wanted, *effective))
    return fail(Fault::runtime,
                fmt::format("the driver took {} = {} but shows {}", id, wanted, shown),
                "this driver rounds or ignores it; tune again on this host");
  return guard.keep();
}

/// One device with all the care of a study: snapshot on disk, modes first, put back on failure.
void write_alone(Work& work, const BootHost& host) {
  Guard guard(host.access(), host.state_dir);
  auto written = write_guarded(guard, work);
  if (written) return work.end(NetdevEnd::set);
  auto released = guard.release();
  Error why = written.error();
  if (!released) why.message += "; and putting it back failed: " + describe(released.error());
  work.end(std::move(why));
}

void write_many(Works& works, const HostAccess& access, const BootRun& run,
                const SnapshotStore& store, const Here& now) {
  const Backends& backends = access.backends;
  if (still_open(works).empty()) return;
  const auto gate = store.close_gate(std::max(run.deadline, Clock::now()));
  if (!gate) return end_all(works, gate.error());
  refuse_locked(works, store, now);
  refuse_unrestored(works, store, access, now);
  verify_written(works, backends, write_simple(works, backends, run));
  for (const auto& [netdev, work] : still_open(works)) {
    if (auto undone = undo_batch(backends, *work); !undone) work->end(undone.error());
  }
}

void write_rest(Works& works, const BootRun& run, const BootHost& host) {
  for (const auto& [netdev, work] : still_open(works)) {
    if (is_late(run)) {
      work->end(late());
    } else {
      write_alone(*work, host);
    }
  }
}

/// Without the record a later switch of classes would leave some knobs as they are: no reason to
/// fail, and the run has been.
void remember_all(const Works& works, const fs::path& state_dir, const Here& now,
                  Originals& originals) {
  bool changed = false;
  for (const Work& work : works) {
    if (work.outcome.end != NetdevEnd::set) continue;
    remember(originals[work.device.netdev], work.settings, work.before);
    changed = true;
  }
  if (changed) (void)save_originals(state_dir, now, originals);
}

std::vector<NetdevOutcome> outcomes_of(Works works) {
  std::vector<NetdevOutcome> outcomes;
  for (Work& work : works)
    outcomes.push_back(std::move(work.outcome));
  return outcomes;
}

}  // namespace

std::optional<StalePolicy> stale_policy(std::string_view word) {
  if (word == "apply") return StalePolicy::apply;
  if (word == "warn") return StalePolicy::warn;
  if (word == "skip") return StalePolicy::skip;
  return std::nullopt;
}

BootHost real_boot_host() {
  utsname system{};
  (void)::uname(&system);
  return {.access =
              [] {
                return HostAccess{.backends = real_backends(Watch::no),
                                  .discover = [] { return discover(real_backends(Watch::no)); }};
              },
          .devices = [](const std::string& netdev) { return identify_devices(netdev); },
          .kernel = system.release,
          .state_dir = fs::absolute(default_state_dir())};
}

std::vector<NetdevOutcome> apply_installed(const Installed& installed, const BootRun& run,
                                           const BootHost& host) {
  Works works;
  for (Device& device : host.devices(run.netdev))
    works.push_back(plan_one(std::move(device), installed, run, host.kernel));
  const HostAccess access = host.access();
  const Here now = here();
  Originals originals = load_originals(host.state_dir, now);
  compare_all(works, access.backends, originals);
  if (run.dry_run) {
    for (const auto& [netdev, work] : still_open(works))
      work->end(NetdevEnd::set);
    return outcomes_of(std::move(works));
  }
  const SnapshotStore store(host.state_dir);
  write_many(works, access, run, store, now);
  write_rest(works, run, host);
  remember_all(works, host.state_dir, now, originals);
  return outcomes_of(std::move(works));
}

Result<std::vector<std::string>> recover_at_boot(const BootHost& host) {
  auto recovery = Guard(host.access(), host.state_dir).recover(Guard::Doing::if_here);
  if (!recovery) return fail(recovery);
  return std::move(recovery->notes);
}

Result<Fd> lock_boot_runs(const fs::path& state_dir, Clock::time_point deadline) {
  if (auto made = make_state_dir(state_dir); !made) return fail(made);
  return wait_for_file_lock(
      state_dir / "boot.lock", LOCK_EX, deadline,
      {Fault::runtime, "another run of `moderato apply` did not end before the deadline",
       "look for what it waits for: `pgrep -a moderato`"});
}

}  // namespace moderato
