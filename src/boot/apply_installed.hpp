// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/guard.hpp"
#include "boot/boot.hpp"
#include "boot/installed.hpp"

namespace moderato {

/// What to do with a profile whose fingerprint is not that of the device any more.
enum class StalePolicy { apply, warn, skip };
std::optional<StalePolicy> stale_policy(std::string_view word);

/// What a run needs of its host. Tests pass fakes.
struct BootHost {
  std::function<HostAccess()> access;  ///< with backends of its own at each call
  /// One netdev, "": all; only what identify_devices() tells is needed.
  std::function<std::vector<Device>(const std::string& netdev)> devices;
  std::string kernel;
  std::filesystem::path state_dir;
  std::filesystem::path run_dir;  ///< of the originals (boot/originals.hpp)
};

/// This one. What it writes it does not watch.
BootHost real_boot_host();

/// What is asked of a run.
struct BootRun {
  std::string workload_class;
  std::string netdev;  ///< "": every netdev
  StalePolicy stale = StalePolicy::warn;
  /// When it is late, devices that were not reached keep what they have.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  bool dry_run = false;
};

enum class NetdevEnd {
  no_profile,  ///< none of the class matches
  ambiguous,   ///< several match equally well: nothing was written
  as_wanted,   ///< it had the settings already
  set,         ///< written and read back; in a dry run: would be
  skipped,     ///< the profile is stale, and the policy says skip
  failed       ///< `why`; it has what it had, or `why` says that its snapshot waits for a restore
};

/// What became of one netdev.
struct NetdevOutcome {
  std::string netdev;
  NetdevEnd end = NetdevEnd::no_profile;
  std::string profile;               ///< file name; of an ambiguous one: what matches
  std::vector<Difference> differed;  ///< before anything was written
  /// Parts of the fingerprint that have changed; speed and MTU do not count, they come later.
  std::vector<std::string> stale;
  std::optional<Error> why;
};

/// Gives every netdev of this host the most specific installed profile of the class, in this
/// process and with few requests: one dump tells what all netdevs have, those that differ are
/// written in batches, and one more dump verifies. What a batch does not achieve is done for that
/// device alone, guarded as a study is (agent/guard.hpp), and undone if it fails.
///
/// A knob that an earlier profile has set, and this one does not name, gets back what it had before
/// (boot/originals.hpp), unless others have set it since.
///
/// A batch takes no snapshots: the settings to end with are on disk already, and whoever is killed
/// in the middle is completed by the next run. Only what it has to take back has one meanwhile.
/// Devices that a study holds, or that wait for a restore, are refused.
std::vector<NetdevOutcome> apply_installed(const Installed& installed, const BootRun& run,
                                           const BootHost& host);

/// Puts back what interrupted studies left on devices that are here. One note a device.
Result<std::vector<std::string>> recover_at_boot(const BootHost& host);

/// Held by one run at a time: at boot a unit a netdev may be started at once. Waits until
/// `deadline`.
Result<Fd> lock_boot_runs(const std::filesystem::path& state_dir,
                          std::chrono::steady_clock::time_point deadline);

}  // namespace moderato
