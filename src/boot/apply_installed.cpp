// SPDX-License-Identifier: Apache-2.0
#include "boot/apply_installed.hpp"

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/utsname.h>

#include <algorithm>
#include <utility>

#include "boot/batch.hpp"
#include "boot/differences.hpp"
#include "boot/originals.hpp"
#include "core/file_lock.hpp"
#include "knobs/discovery.hpp"
#include "knobs/plan.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

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

Work plan_one(const Device& device, const Installed& installed, const BootRun& run,
              const std::string& kernel) {
  Work work;
  work.outcome.netdev = device.netdev;
  const Choice choice = choose(installed, run.workload_class, device);
  if (!choice.ambiguous.empty()) {
    work.outcome.profile = describe_ambiguity(choice);
    work.end(NetdevEnd::ambiguous);
  }
  if (choice.profile == nullptr) return work;
  work.profile = &choice.profile->profile;
  work.open = true;
  work.wanted = work.profile->settings;
  work.outcome.profile = choice.profile->file.filename();
  work.outcome.stale = staleness_of_nic(work.profile->fingerprint, device, kernel);
  if (!work.outcome.stale.empty() && run.stale == StalePolicy::skip) work.end(NetdevEnd::skipped);
  return work;
}

Works plan_all(const std::vector<Device>& devices, const Installed& installed, const BootRun& run,
               const std::string& kernel) {
  Works works;
  works.reserve(devices.size());
  for (const Device& device : devices)
    works.push_back(plan_one(device, installed, run, kernel));
  return works;
}

/// What the device has, and what of it is not as it should be.
void compare(Work& work, Settings now, const Backends& backends) {
  const Profile& profile = *work.profile;
  work.before = std::move(now);
  work.wanted = with_originals(profile.settings, *work.recorded, work.before);
  if (!has_all(work.before, profile.settings)) {
    std::vector<std::string> knobs;
    for (const auto& [id, value] : profile.settings)
      knobs.push_back(id);
    // Asked for alone, the device says why it does not tell.
    auto alone = read_settings(backends, work.netdev(), knobs);
    if (!alone) return work.end(alone.error());
    work.before.insert(alone->begin(), alone->end());
  }
  if (auto effective = check_effective(profile, work.before, work.netdev()); !effective)
    return work.end(effective.error());
  work.outcome.differed = differences(work.wanted, work.before);
  std::erase_if(work.outcome.differed,
                [&](const Difference& one) { return moves_by_itself(one.knob, work.before); });
  if (work.outcome.differed.empty()) work.end(NetdevEnd::as_wanted);
}

void compare_all(Works& works, const Backends& backends, Originals& originals) {
  const auto open = still_open(works);
  for (Work* work : open) {
    work->recorded = &originals[work->netdev()];
    // Also the knobs that may have to go back are to be read.
    for (const KnobHistory& one : *work->recorded)
      work->wanted.emplace(one.knob, one.original);
  }
  auto values = read_all(backends, open);
  for (std::size_t i = 0; i < open.size(); ++i)
    compare(*open[i], std::move(values[i]), backends);
}

void end_all(Works& works, const Error& why) {
  for (Work* work : still_open(works))
    work->end(why);
}

/// Nobody else may be at work on a device. With the gate closed, who has it locked now is all that
/// counts.
void refuse_locked(Works& works, const SnapshotStore& store, const Here& now) {
  const auto perhaps_locked = store.netdevs_with_lock_file(now.network_namespace);
  for (Work* work : still_open(works)) {
    const std::string& netdev = work->netdev();
    if (!perhaps_locked.contains(netdev)) continue;
    const auto holder =
        store.holder({.netdev = netdev, .network_namespace = now.network_namespace});
    if (!holder) {
      work->end(holder.error());
    } else if (const auto& owner = *holder) {
      work->end({Fault::runtime, fmt::format("{} is in use by {}", netdev, *owner),
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
  for (Work* work : open) {
    const std::string& netdev = work->netdev();
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

Result<void> write_guarded(Guard& guard, const Work& work) {
  const std::string& netdev = work.netdev();
  std::vector<std::string> knobs;
  for (const auto& [id, value] : work.wanted)
    knobs.push_back(id);
  if (auto armed = guard.arm(netdev, knobs); !armed) return fail(armed);
  auto effective = write_or_as_measured(*work.profile, work.wanted, [&](const Settings& settings) {
    return guard.write(netdev, settings);
  });
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
  if (!released) {
    why.message += "; and putting it back failed: " + describe(released.error());
    why.remedy = "`moderato restore` tries again";
  }
  work.end(std::move(why));
}

/// What the profiles are about to replace, recorded before anything is written: whoever is killed
/// in the middle has written some of it.
Result<void> remember_all_ahead(Works& works, const fs::path& run_dir, const Here& now,
                                const Originals& originals) {
  bool more = false;
  for (Work* work : still_open(works)) {
    KnobHistories ahead = remembered_ahead(*work->recorded, work->profile->settings, work->before);
    more |= ahead != *work->recorded;
    work->known_before = std::exchange(*work->recorded, std::move(ahead));
  }
  if (!more) return {};
  if (auto made = make_state_dir(run_dir); !made) return made;
  return save_originals(run_dir, now, originals);
}

/// With the gate closed, all that needs no more care than a batch gives. `originals`: as recorded.
void write_many(Works& works, const HostAccess& access, const BootRun& run, const BootHost& host,
                const Here& now, const Originals& originals) {
  if (still_open(works).empty()) return;
  const SnapshotStore store(host.state_dir);
  const auto gate = store.close_gate(std::max(run.deadline, Clock::now()));
  if (!gate) return end_all(works, gate.error());
  refuse_locked(works, store, now);
  refuse_unrestored(works, store, access, now);
  if (is_late(run)) return;
  if (auto ahead = remember_all_ahead(works, host.run_dir, now, originals); !ahead)
    return end_all(works, ahead.error());
  write_in_batches(works, access.backends, run, host, store);
}

void write_rest(Works& works, const BootRun& run, const BootHost& host) {
  for (Work* work : still_open(works)) {
    if (is_late(run)) {
      work->end(late());
    } else {
      write_alone(*work, host);
    }
  }
}

/// Only those that were set have other originals now. That the record cannot be saved is no reason
/// to fail: the one that is there says what may have been written, and so what was.
void remember_all(const Works& works, const fs::path& run_dir, const Here& now,
                  const Originals& originals) {
  bool other = false;
  for (const Work& work : works) {
    if (!work.known_before) continue;
    KnobHistories known = work.outcome.end == NetdevEnd::set
                              ? remembered(*work.known_before, work.profile->settings, work.before)
                              : *work.known_before;
    other |= known != *work.recorded;
    *work.recorded = std::move(known);
  }
  if (other) (void)save_originals(run_dir, now, originals);
}

std::vector<NetdevOutcome> outcomes_of(Works works) {
  std::vector<NetdevOutcome> outcomes;
  outcomes.reserve(works.size());
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
          .state_dir = fs::absolute(default_state_dir()),
          .run_dir = fs::absolute(default_run_dir())};
}

std::vector<NetdevOutcome> apply_installed(const Installed& installed, const BootRun& run,
                                           const BootHost& host) {
  Works works = plan_all(host.devices(run.netdev), installed, run, host.kernel);
  const HostAccess access = host.access();
  const Here now = here();
  Originals originals = load_originals(host.run_dir, now);
  compare_all(works, access.backends, originals);
  if (run.dry_run) {
    for (Work* work : still_open(works))
      work->end(NetdevEnd::set);
    return outcomes_of(std::move(works));
  }
  write_many(works, access, run, host, now, originals);
  write_rest(works, run, host);
  remember_all(works, host.run_dir, now, originals);
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
