// SPDX-License-Identifier: Apache-2.0
#include "agent/snapshot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "agent/device_lock.hpp"
#include "agent/protocol.hpp"
#include "core/document.hpp"
#include "core/environment.hpp"
#include "core/file.hpp"
#include "core/file_lock.hpp"
#include "knobs/plan.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using nlohmann::ordered_json;

constexpr std::string_view schema = "moderato-snapshot/1";

std::uint64_t inode_of(const fs::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

/// Whether the namespace is that of process 1. A confined process may not look at that: then
/// whether it has the settings that the kernel keeps in its initial namespace only.
bool is_initial(std::uint64_t inode) {
  const std::uint64_t first = inode_of("/proc/1/ns/net");
  if (first != 0) return inode == first;
  std::error_code ignored;
  return fs::exists("/proc/sys/net/core/netdev_max_backlog", ignored);
}

std::string name_of_namespace(std::uint64_t inode) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/run/netns", ignored)) {
    if (inode_of(entry.path()) == inode) return entry.path().filename().string();
  }
  return {};
}

constexpr const char* gate_file = "gate";
/// Whoever closes it is done in milliseconds, or stops at a deadline of his own.
constexpr auto longest_closed = std::chrono::seconds(30);

Result<Fd> pass_gate(const fs::path& path, int how, Clock::time_point deadline) {
  return wait_for_file_lock(
      path, how, deadline,
      {Fault::runtime, "installed profiles are being applied, and that takes too long",
       "look for what it waits for: `pgrep -a moderato`"});
}

std::string encode(const Snapshot& snapshot) {
  const auto& in = snapshot.network_namespace;
  ordered_json json{{"schema", schema},
                    {"netdev", snapshot.filed_as()},
                    {"mac", snapshot.mac},
                    {"boot_id", snapshot.boot_id},
                    {"namespace",
                     {{"inode", static_cast<std::int64_t>(in.inode)},
                      {"name", in.name},
                      {"initial", in.initial}}},
                    {"settings", snapshot.settings},
                    {"others", snapshot.others},
                    {"created", snapshot.created},
                    {"pci_address", snapshot.pci_address},
                    {"ifindex", snapshot.ifindex}};
  if (!snapshot.moving.empty()) json["moving"] = snapshot.moving;
  if (!snapshot.behind.empty()) json["behind"] = snapshot.behind;
  // The name of a network namespace is that of a file, and need not be UTF-8.
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<Snapshot> decode(const std::string& text, const fs::path& path) {
  auto document = Document::parse(text, path.string(), schema);
  if (!document) return fail(document);
  const Node root = document->root();
  const Node in = root.object("namespace");
  Snapshot snapshot;
  snapshot.netdev = root.text("netdev");
  if (!is_device_name(snapshot.netdev))
    root.fault(fmt::format("'{}' is no name of a device", snapshot.netdev), "", "netdev");
  snapshot.mac = root.text("mac");
  snapshot.boot_id = root.text("boot_id");
  snapshot.network_namespace = {static_cast<std::uint64_t>(in.integer("inode", {0, INT64_MAX})),
                                in.text("name"), in.boolean("initial")};
  snapshot.settings = root.integer_map("settings");
  snapshot.others = root.integer_map("others");
  snapshot.moving = root.texts("moving", std::vector<std::string>{});  // older ones have none
  for (const auto& mode : snapshot.moving) {
    const bool known = snapshot.settings.contains(mode) || snapshot.others.contains(mode);
    if (!is_adaptive_mode(mode) || !known)
      root.fault(fmt::format("'{}' is no adaptive mode of the snapshot", mode), "", "moving");
  }
  snapshot.behind = root.integer_map("behind");
  snapshot.created = root.text("created");
  snapshot.pci_address = root.text("pci_address", "");
  snapshot.ifindex = static_cast<int>(root.integer("ifindex", {0, INT32_MAX}, 0));
  if (auto done = document->finish(); !done) return fail(done);
  return snapshot;
}

/// The error of a file that holds no readable snapshot, with what its reader can do about that.
std::unexpected<Error> unreadable(Error error, const fs::path& path) {
  const auto stem = path.stem().string();  // as SnapshotStore::file() names it: 0-eth0
  error.remedy = fmt::format(
      "nothing is written while a baseline may be lost: set {} with ethtool -C as it shall be "
      "(reloading its driver gives the defaults), then delete {}",
      stem.substr(std::min(stem.size(), stem.find('-') + 1)), path.string());
  return std::unexpected(std::move(error));
}

/// Nothing: it is not there, or no longer.
Result<std::optional<Snapshot>> load_file(const fs::path& path) {
  auto text = read_file_if_there(path);
  if (!text) return unreadable(text.error(), path);
  if (!*text) return std::nullopt;
  auto snapshot = decode(**text, path);
  if (!snapshot) return unreadable(snapshot.error(), path);
  return std::move(*snapshot);
}

/// Others may look, but nobody else may write, whatever the umask: what lies there is written to
/// devices as root. A snapshot is no safer than the folders above it, so they are on disk, too.
Result<void> make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0755) == 0) {
    const Fd above(::open((folder / "..").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (above.valid() && ::fsync(above.get()) == 0) return {};
  } else if (errno == EEXIST) {
    return {};
  }
  return std::unexpected(system_error(fmt::format("create {}", folder.string()), errno,
                                      "run as root, or set MODERATO_STATE_DIR"));
}

/// The folder of snapshots and the state folder above it.
Result<void> make_folders(const fs::path& snapshots) {
  if (auto made = make_state_dir(snapshots.parent_path()); !made) return made;
  if (auto made = make_folder(snapshots); !made) return made;
  return require_trusted_by_root(snapshots);
}

std::string prefix_of(const NetworkNamespace& in) {
  return fmt::format("{}-", in.initial ? 0 : in.inode);
}

}  // namespace

void Snapshot::follow(const std::string& name) {
  if (name == netdev) return;
  renamed_from = filed_as();
  netdev = name;
}

Here here() {
  Here now;
  auto& in = now.network_namespace;
  in.inode = inode_of("/proc/self/ns/net");
  in.name = name_of_namespace(in.inode);
  in.initial = is_initial(in.inode);
  if (auto text = read_file("/proc/sys/kernel/random/boot_id"); text && !text->empty())
    now.boot_id = text->substr(0, text->find('\n'));
  return now;
}

bool belongs_here(const Snapshot& snapshot, const Here& now) {
  if (snapshot.boot_id == now.boot_id)
    return snapshot.network_namespace.inode == now.network_namespace.inode;
  return snapshot.network_namespace.initial && now.network_namespace.initial;
}

bool is_of(const Snapshot& snapshot, const std::string& netdev, int ifindex, const Here& now) {
  if (!belongs_here(snapshot, now)) return false;
  const bool same_index =
      ifindex != 0 && snapshot.ifindex == ifindex && snapshot.boot_id == now.boot_id;
  return same_index || snapshot.netdev == netdev;
}

const Error* LeftBehind::unreadable_of(const std::string& netdev,
                                       const NetworkNamespace& in) const {
  if (unreadable.empty()) return nullptr;  // the name need not be made, for each of hundreds
  const auto found = unreadable.find(fmt::format("{}{}.json", prefix_of(in), netdev));
  return found == unreadable.end() ? nullptr : &found->second;
}

SnapshotStore::SnapshotStore(const fs::path& state_dir) : folder_(state_dir / "snapshots") {}

fs::path SnapshotStore::file(const std::string& netdev, const NetworkNamespace& in,
                             std::string_view suffix) const {
  return folder_ / fmt::format("{}{}.{}", prefix_of(in), netdev, suffix);
}

Result<Fd> SnapshotStore::lock(const std::string& netdev, const NetworkNamespace& in,
                               const std::string& owner) const {
  if (auto made = make_folders(folder_); !made) return fail(made);
  // Held until the lock is.
  auto through = pass_gate(folder_ / gate_file, LOCK_SH, Clock::now() + longest_closed);
  if (!through) return fail(through);
  const auto path = file(netdev, in, "lock");
  auto taken = take_lock(path, owner);
  if (!taken) return fail(taken);
  if (*taken) return std::move(**taken);
  const auto holder = lock_holder(path);
  const bool known = holder && *holder;
  return fail(
      Fault::runtime,
      fmt::format("{} is in use by {}", netdev, known ? **holder : "a process that just ended"),
      "wait for it to end, or stop it");
}

Result<Fd> SnapshotStore::close_gate(Clock::time_point deadline) const {
  if (auto made = make_folders(folder_); !made) return fail(made);
  return pass_gate(folder_ / gate_file, LOCK_EX, deadline);
}

Result<std::optional<std::string>> SnapshotStore::holder(const Snapshot& snapshot) const {
  return lock_holder(file(snapshot.filed_as(), snapshot.network_namespace, "lock"));
}

std::set<std::string> SnapshotStore::netdevs_with_lock_file(const NetworkNamespace& in) const {
  const std::string prefix = prefix_of(in);
  std::set<std::string> netdevs;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder_, none)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".lock"))
      netdevs.insert(entry.path().stem().string().substr(prefix.size()));
  }
  return netdevs;
}

Result<void> SnapshotStore::save(const Snapshot& snapshot) const {
  return write_file_durably(document(snapshot), encode(snapshot));
}

Result<void> SnapshotStore::forget(const Snapshot& snapshot) const {
  return remove_file_durably(document(snapshot));
}

Result<LeftBehind> SnapshotStore::load_readable() const {
  LeftBehind left;
  std::error_code error;
  const fs::directory_iterator entries(folder_, error);
  if (error == std::errc::no_such_file_or_directory) return left;
  if (error)
    return std::unexpected(
        system_error(fmt::format("list {}", folder_.string()), error.value(), "run as root"));
  if (auto trusted = require_trusted_by_root(folder_); !trusted) return fail(trusted);
  for (const auto& entry : entries) {
    if (entry.path().extension() != ".json") continue;
    auto snapshot = load_file(entry.path());
    if (!snapshot)
      left.unreadable.emplace(entry.path().filename(), snapshot.error());
    else if (*snapshot)
      left.snapshots.push_back(std::move(**snapshot));
  }
  return left;
}

Result<std::vector<Snapshot>> SnapshotStore::load() const {
  auto left = load_readable();
  if (!left) return fail(left);
  if (!left->unreadable.empty()) return std::unexpected(left->unreadable.begin()->second);
  return std::move(left->snapshots);
}

fs::path SnapshotStore::document(const Snapshot& snapshot) const {
  return file(snapshot.filed_as(), snapshot.network_namespace, "json");
}

Result<std::optional<Snapshot>> SnapshotStore::load_again(const Snapshot& snapshot) const {
  return load_file(document(snapshot));
}

Result<void> make_state_dir(const fs::path& state_dir) {
  std::error_code seen_below;
  fs::create_directories(state_dir.parent_path(), seen_below);
  if (auto made = make_folder(state_dir); !made) return made;
  return require_trusted_by_root(state_dir);
}

fs::path default_state_dir() {
  return variable_or("MODERATO_STATE_DIR", "/var/lib/moderato");
}

fs::path default_run_dir() {
  return variable_or("MODERATO_RUN_DIR", variable_or("MODERATO_STATE_DIR", "/run/moderato"));
}

}  // namespace moderato
