// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/same_device.hpp"
#include "agent/snapshot.hpp"
#include "core/device.hpp"
#include "knobs/backend.hpp"
#include "knobs/traffic.hpp"

namespace moderato {

/// What an agent needs of its host. Tests pass fakes.
struct HostAccess {
  Backends backends;
  std::function<HostReport()> discover;
  std::function<Traffic(const std::string& netdev, const std::string& rdma)> traffic =
      [](const std::string& netdev, const std::string& rdma) { return traffic_of(netdev, rdma); };
  std::function<int(const std::string& netdev)> ifindex = index_of_netdev;
  std::function<bool(const std::string& pci_address)> has_function = has_pci_function;
  /// Between attempts to put a device back whose driver is busy (link coming up, channels
  /// re-opening).
  std::chrono::milliseconds restore_pause{100};
  /// How long a recovery waits for another one that has the same device in hand; less than the time
  /// in which a tuner wants an answer.
  std::chrono::milliseconds recovery_patience{5'000};
};

/// What a recovery found.
struct Recovery {
  std::vector<std::string> notes;       ///< one a snapshot: what was done with it
  std::vector<std::string> namespaces;  ///< named namespaces that hold snapshots of their own
};

/// Guards the settings of one host: nothing is written without a snapshot on disk, and every way
/// out leads through restore(). The dead-man's hand itself, without the protocol.
class Guard {
 public:
  Guard(HostAccess host, const std::filesystem::path& state_dir);

  /// On whose behalf devices are armed from now on: what others are told whom this one refuses.
  void works_for(std::string owner) { owner_ = std::move(owner); }

  HostReport probe() const { return host_.discover(); }
  Result<Settings> read(const std::string& netdev, const std::vector<std::string>& knobs) const;
  Traffic traffic(const std::string& netdev, const std::string& rdma) const {
    return host_.traffic(netdev, rdma);
  }

  /// Locks the netdev, takes the snapshot of `knobs` and of all else that the device says, and has
  /// it on disk before it returns. Refuses a netdev that another study holds or that waits for a
  /// recovery.
  Result<Settings> arm(const std::string& netdev, const std::vector<std::string>& knobs);
  /// Writes armed knobs of an armed netdev; the answer is what the device then says.
  Result<Settings> write(const std::string& netdev, const Settings& settings);
  /// Changes by others since the last write: "rx-usecs: 8 -> 64 (not by moderato)".
  Result<std::vector<std::string>> foreign(const std::string& netdev);

  /// Puts every armed netdev back, all of them even if one fails; the first error is returned.
  Result<void> restore();
  /// restore(), then forgets the snapshots that were put back, and the locks.
  Result<void> release();
  /// Forgets the snapshots and leaves the settings. One after the other: who is killed with -9 in
  /// between has kept some netdevs, and of the others the snapshots stay, for recover().
  Result<void> keep();
  bool armed() const { return !armed_.empty(); }

  /// Writes what the snapshot holds: several times if need be, and then each knob alone. For a
  /// caller who has seen to it that nobody else is at work on the device.
  Result<void> put_back(Snapshot& snapshot);

  /// Puts back what dead agents left behind, or only tells what it would do. All of it even if one
  /// device fails, or a snapshot cannot be read; the error names all that failed. `if_here` is for
  /// a boot: a device that is not there, or not under its name, may come yet, so its snapshot is
  /// kept.
  enum class Doing { it, nothing, if_here };
  Result<Recovery> recover(Doing doing);

 private:
  struct Armed {
    Snapshot snapshot;
    Fd lock;
    Settings last;               ///< what the device said after our last write
    std::vector<Settings> told;  ///< what notifications of others carried since then
  };
  void listen();
  Device device_of(const std::string& netdev) const;
  Result<std::string> name_now(const Snapshot& snapshot) const;
  Result<void> require_name(const std::string& netdev, const Snapshot& snapshot) const;
  Result<void> follow(Snapshot& snapshot) const;
  Result<void> look_behind(Snapshot& snapshot, const Settings& about_to_write);
  Result<void> put_back_once(Snapshot& snapshot);
  bool put_back_singly(const Snapshot& snapshot);
  Result<std::string> recover_any(const Snapshot& snapshot, const Here& now, Doing doing,
                                  Recovery& recovery);
  Result<std::string> recover_one(const Snapshot& listed, const Here& now, Doing doing);
  Result<std::string> recover_as(const std::string& name, Snapshot snapshot);
  Result<std::string> without_device(const Snapshot& snapshot, const Here& now,
                                     const std::vector<Device>& devices, Doing doing);
  Result<Fd> lock_for_recovery(const Snapshot& snapshot) const;
  Result<std::string> give_up(const Snapshot& snapshot, Doing doing, std::string_view why);

  std::string owner_line() const;

  HostAccess host_;
  std::string owner_ = "somebody";
  SnapshotStore store_;
  std::map<std::string, Armed> armed_;
};

}  // namespace moderato
