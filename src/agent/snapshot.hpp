// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/fd.hpp"
#include "core/knob.hpp"
#include "core/result.hpp"

namespace moderato {

/// Where a netdev lives: the same name may exist in several network namespaces of one host.
struct NetworkNamespace {
  std::uint64_t inode = 0;
  std::string name;      ///< under /run/netns, "" if it has none there
  bool initial = false;  ///< that of process 1
};

/// What a netdev was set to before the first write; on disk until it is put back or given up.
struct Snapshot {
  std::string netdev;
  std::string mac;      ///< of the device then: another device under the same name is left alone
  std::string boot_id;  ///< of the kernel then
  NetworkNamespace network_namespace;
  Settings settings;    ///< of the armed knobs
  std::string created;  ///< UTC, ISO 8601
  Settings others;      ///< all else that the device said: changing one setting may move another
  /// Adaptive modes that were on, as long as nothing of ours has touched them: of the knobs that
  /// they move, `settings` and `others` hold what these showed, which nobody may have set.
  std::vector<std::string> moving{};
  /// What was found behind one of these modes, while it is not known yet what that is worth
  /// (agent/values_behind.hpp).
  Settings behind{};
  std::string pci_address{};   ///< of the device, "": it has none, or an older version wrote this
  int ifindex = 0;             ///< of the device then, 0: an older version wrote this
  std::string renamed_from{};  ///< where `netdev` is a later name than the one on disk: that one

  /// The device is called `name` now.
  void follow(const std::string& name);
  const std::string& filed_as() const { return renamed_from.empty() ? netdev : renamed_from; }
};

/// Where this process runs: what goes into, and is compared with, a snapshot.
struct Here {
  NetworkNamespace network_namespace;
  std::string boot_id;
};
Here here();

/// Whether a snapshot's device could be one of ours: same namespace in the same boot, or the
/// initial namespace of a later one.
bool belongs_here(const Snapshot& snapshot, const Here& now);

/// Whether this is the device's snapshot, whatever the device was called then.
bool is_of(const Snapshot& snapshot, const std::string& netdev, int ifindex, const Here& now);

/// All that lies in the folder of snapshots.
struct LeftBehind {
  std::vector<Snapshot> snapshots;
  std::map<std::string, Error> unreadable;  ///< by the name of the file, which says whose it is

  /// Why the netdev's own file cannot be read; nullptr: it has none, or it can be.
  const Error* unreadable_of(const std::string& netdev, const NetworkNamespace& in) const;
};

/// The snapshots of one host, each file fsynced, under `state_dir`/snapshots.
class SnapshotStore {
 public:
  explicit SnapshotStore(const std::filesystem::path& state_dir);

  /// Takes the lock of the netdev (agent/device_lock.hpp): held until the returned descriptor
  /// closes, so it dies with its process. Fails if somebody else holds it; the error names him by
  /// the `owner` that he gave.
  Result<Fd> lock(const std::string& netdev, const NetworkNamespace& in,
                  const std::string& owner) const;
  /// Who holds the lock of the snapshot's netdev; nothing: nobody. Only looks.
  Result<std::optional<std::string>> holder(const Snapshot& snapshot) const;
  /// Netdevs of this namespace whose lock was ever taken; only these can be locked now.
  std::set<std::string> netdevs_with_lock_file(const NetworkNamespace& in) const;
  /// Nobody takes a lock until the descriptor closes: for a run through all netdevs, which would
  /// otherwise have to take each. Fails if somebody else keeps it closed until `deadline`.
  Result<Fd> close_gate(std::chrono::steady_clock::time_point deadline) const;

  Result<void> save(const Snapshot& snapshot) const;
  Result<void> forget(const Snapshot& snapshot) const;
  /// Every snapshot on disk. A file that cannot be read counts, too: it may be the only record. One
  /// that somebody forgets meanwhile does not. Refuses a folder that others may write, where the
  /// caller is root.
  Result<LeftBehind> load_readable() const;
  /// The same, where any file that cannot be read is an error.
  Result<std::vector<Snapshot>> load() const;
  /// The snapshot as it stands on disk now; nothing: somebody has forgotten it since.
  Result<std::optional<Snapshot>> load_again(const Snapshot& snapshot) const;

  const std::filesystem::path& folder() const { return folder_; }
  /// The file of the snapshot.
  std::filesystem::path document(const Snapshot& snapshot) const;

 private:
  std::filesystem::path file(const std::string& netdev, const NetworkNamespace& in,
                             std::string_view suffix) const;
  std::filesystem::path folder_;
};

/// Makes the state folder, which nobody else can write, whatever the umask. Refuses one that others
/// may write, where the caller is root.
Result<void> make_state_dir(const std::filesystem::path& state_dir);

/// $MODERATO_STATE_DIR, else /var/lib/moderato.
std::filesystem::path default_state_dir();

/// For what counts until the next boot only: $MODERATO_RUN_DIR, else $MODERATO_STATE_DIR, else
/// /run/moderato, which is in memory.
std::filesystem::path default_run_dir();

}  // namespace moderato
