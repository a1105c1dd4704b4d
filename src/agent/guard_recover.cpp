// SPDX-License-Identifier: Apache-2.0
// Guard::recover: what dead agents left behind.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "agent/guard.hpp"
#include "agent/same_device.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

/// How the owner line of a recovery begins: it is no study, and soon done.
constexpr std::string_view recovering = "a recovery for ";

/// Whether a process or a name still holds the namespace.
bool namespace_alive(std::uint64_t inode) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    struct stat info {};
    if (::stat((entry.path() / "ns/net").c_str(), &info) == 0 && info.st_ino == inode) return true;
  }
  return false;
}

bool named_namespace_is(const NetworkNamespace& in) {
  struct stat info {};
  return !in.name.empty() && ::stat((fs::path("/run/netns") / in.name).c_str(), &info) == 0 &&
         info.st_ino == in.inode;
}

std::string left_alone(const Snapshot& snapshot) {
  return snapshot.netdev + ": not here; left to `moderato restore`";
}

/// A device of a bus whose namespace has gone is in the initial one now.
bool may_be_here(const Snapshot& snapshot, const Here& now) {
  return belongs_here(snapshot, now) ||
         (snapshot.boot_id == now.boot_id && now.network_namespace.initial);
}

/// The only record of its settings, and perhaps the device still has those of the study.
std::unexpected<Error> lost(const Snapshot& snapshot, const fs::path& document) {
  return fail(
      Fault::runtime,
      fmt::format("{} (MAC {}) is not in this network namespace under any name, and may still have "
                  "the settings of an interrupted study ({})",
                  snapshot.netdev, snapshot.mac, snapshot.created),
      fmt::format(
          "bring it back under this name and run `moderato restore` again; if it is gone for good, "
          "delete {}",
          document.string()));
}

std::string in_its_place(const Device& other, const Snapshot& snapshot) {
  return fmt::format("another device has this name now ({} instead of {})", other.mac,
                     snapshot.mac);
}

}  // namespace

/// The device that the snapshot is of no longer exists, so there is nothing to put back.
Result<std::string> Guard::give_up(const Snapshot& snapshot, Doing doing, std::string_view why) {
  if (doing != Doing::nothing) {
    if (auto forgotten = store_.forget(snapshot); !forgotten) return fail(forgotten);
  }
  return fmt::format("{}: {}; nothing to restore", snapshot.netdev, why);
}

/// What becomes of the snapshot of a device that is not here. Only what is sure to have lost the
/// settings of the study is forgotten.
Result<std::string> Guard::without_device(const Snapshot& snapshot, const Here& now,
                                          const std::vector<Device>& devices, Doing doing) {
  const auto other = std::ranges::find(devices, snapshot.netdev, &Device::netdev);
  const bool taken = other != devices.end();  // the name
  const std::string& pci = snapshot.pci_address;
  if (snapshot.boot_id != now.boot_id) {
    if (!may_be_here(snapshot, now))
      return give_up(snapshot, doing, "its network namespace is gone");
    return give_up(snapshot, doing, taken ? in_its_place(*other, snapshot) : "no such device now");
  }
  if (pci.empty() && !belongs_here(snapshot, now))
    return give_up(snapshot, doing, "its network namespace is gone");
  const bool gone = !pci.empty() && !host_.has_function(pci);
  const bool made_anew = taken && !pci.empty() && other->pci_address == pci;
  if (made_anew || (gone && taken)) return give_up(snapshot, doing, in_its_place(*other, snapshot));
  if (gone)
    return snapshot.netdev + ": no such device now; its snapshot is kept, for it may come back";
  return lost(snapshot, store_.document(snapshot));
}

/// Another recovery is waited for, and one that takes too long refused as a study is.
Result<Fd> Guard::lock_for_recovery(const Snapshot& snapshot) const {
  const auto deadline = std::chrono::steady_clock::now() + host_.recovery_patience;
  for (;;) {
    auto lock = store_.lock(snapshot.netdev, snapshot.network_namespace,
                            fmt::format("{}{}", recovering, owner_line()));
    auto holder = store_.holder(snapshot);
    if (lock || !holder) return lock;
    const bool soon_done = !*holder || (*holder)->starts_with(recovering);
    if (!soon_done || std::chrono::steady_clock::now() > deadline) return lock;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// Under the name that the device has now.
Result<std::string> Guard::recover_as(const std::string& name, Snapshot snapshot) {
  snapshot.follow(name);
  if (auto put = put_back(snapshot); !put) return fail(put);
  std::string note =
      fmt::format("{}: put back to the settings of {}", snapshot.filed_as(), snapshot.created);
  if (name != snapshot.filed_as()) note += fmt::format(", as {}, which it is called now", name);
  auto forgotten = store_.forget(snapshot);
  if (forgotten) return note;
  return fail(Fault::runtime,
              fmt::format("{}, but its snapshot stays: {}", note, forgotten.error().message),
              "see to that, and run `moderato restore` again");
}

/// What counts is the snapshot as it stands once the lock is held: another recovery may have put
/// the device back since this one has listed it, and a study have begun and ended.
Result<std::string> Guard::recover_one(const Snapshot& listed, const Here& now, Doing doing) {
  const auto devices = host_.discover().devices;
  const auto name_of = [&](const Snapshot& snapshot) {
    return may_be_here(snapshot, now) ? present_name(snapshot, now, devices, host_.ifindex)
                                      : std::nullopt;
  };
  const auto name = name_of(listed);
  // While a host boots its devices have not got their names yet.
  const bool early = listed.boot_id != now.boot_id && name != listed.netdev;
  if (doing == Doing::if_here && (!name || early)) return left_alone(listed);
  if (doing == Doing::nothing && !name) return without_device(listed, now, devices, doing);
  if (doing == Doing::nothing)
    return fmt::format("{}: would be put back to the settings of {}", listed.netdev,
                       listed.created);
  auto lock = lock_for_recovery(listed);
  if (!lock) return fail(lock);
  auto snapshot = store_.load_again(listed);
  if (!snapshot) return fail(snapshot);
  if (!*snapshot) return listed.netdev + ": put back by another recovery";
  const auto name_now = name_of(**snapshot);
  return name_now ? recover_as(*name_now, std::move(**snapshot))
                  : without_device(**snapshot, now, devices, doing);
}

/// What was done with one snapshot; "" where a namespace of its own has to see to it.
Result<std::string> Guard::recover_any(const Snapshot& snapshot, const Here& now, Doing doing,
                                       Recovery& recovery) {
  auto holder = store_.holder(snapshot);
  if (!holder) return fail(holder);
  if (*holder && !(*holder)->starts_with(recovering))
    return fmt::format("{}: in use by {}; left alone", snapshot.netdev, **holder);
  if (belongs_here(snapshot, now)) return recover_one(snapshot, now, doing);
  if (doing == Doing::if_here) return left_alone(snapshot);
  const auto& in = snapshot.network_namespace;
  const bool same_boot = snapshot.boot_id == now.boot_id;
  if (same_boot && named_namespace_is(in)) {
    recovery.namespaces.push_back(in.name);
    return "";
  }
  if (same_boot && namespace_alive(in.inode))
    return fmt::format(
        "{}: lives in a network namespace without a name; run `moderato restore` there",
        snapshot.netdev);
  if (same_boot && !snapshot.pci_address.empty() && !now.network_namespace.initial)
    return fmt::format(
        "{}: its network namespace is gone; left to `moderato restore` in the initial one",
        snapshot.netdev);
  return recover_one(snapshot, now, doing);
}

Result<Recovery> Guard::recover(Doing doing) {
  auto left = store_.load_readable();
  if (!left) return fail(left);
  const Here now = here();
  Recovery recovery;
  Result<void> outcome;
  // A dry run tells of failures as of all else, or whoever asks it first would go no further.
  const auto failed = [&](const Error& error) {
    if (doing == Doing::nothing)
      recovery.notes.push_back(describe(error));
    else if (outcome)
      outcome = std::unexpected(error);
    else
      outcome.error().message += "; " + error.message;
  };
  for (const auto& snapshot : left->snapshots) {
    auto note = recover_any(snapshot, now, doing, recovery);
    if (!note) failed(note.error());
    if (note && !note->empty()) recovery.notes.push_back(std::move(*note));
  }
  for (const auto& [file, error] : left->unreadable)
    failed(error);
  if (!outcome) return fail(outcome);
  return recovery;
}

}  // namespace moderato
