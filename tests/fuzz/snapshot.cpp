// SPDX-License-Identifier: Apache-2.0
// Snapshots: the only record of what a device was set to.
#include "agent/snapshot.hpp"

#include <fstream>

#include "fuzz/property.hpp"
#include "temporary_folder.hpp"

using namespace moderato;
using namespace moderato::fuzz;

namespace {

/// One folder for all inputs; libFuzzer never returns to where it could be removed.
const std::filesystem::path& state_folder() {
  static const TemporaryFolder folder;
  return folder.path();
}

bool same(const Snapshot& a, const Snapshot& b) {
  const auto& in = a.network_namespace;
  const auto& other = b.network_namespace;
  return a.netdev == b.netdev && a.mac == b.mac && a.boot_id == b.boot_id &&
         in.inode == other.inode && in.name == other.name && in.initial == other.initial &&
         a.settings == b.settings && a.others == b.others && a.created == b.created &&
         a.moving == b.moving && a.behind == b.behind;
}

/// Under a name of ours: what the document says is no part of a path here.
void kept(const SnapshotStore& store, Snapshot snapshot) {
  snapshot.netdev = "eth1";
  holds(store.save(snapshot).has_value(), "a snapshot can be kept again");
  const auto again = store.load_again(snapshot);
  holds(again && *again && same(**again, snapshot), "a snapshot is read as it was kept");
  holds(store.forget(snapshot).has_value(), "a snapshot can be forgotten");
  const auto gone = store.load_again(snapshot);
  holds(gone && !*gone, "what is forgotten is gone");
}

/// The name of a network namespace is that of a file.
void any_namespace_is_kept(const SnapshotStore& store, const std::string& text) {
  const Snapshot snapshot{.netdev = "eth2", .network_namespace = {1, text, false}};
  holds(store.save(snapshot).has_value(),
        "a snapshot can be kept, whatever its namespace is called");
  const auto again = store.load_again(snapshot);
  holds(again && *again && (*again)->network_namespace.inode == 1,
        "a snapshot that is kept is read");
  holds(store.forget(snapshot).has_value(), "a snapshot can be forgotten");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SnapshotStore store(state_folder());
  std::filesystem::create_directories(store.folder());
  any_namespace_is_kept(store, text_of(data, size));
  const auto path = store.folder() / "0-eth0.json";
  std::ofstream(path, std::ios::binary) << text_of(data, size);
  const auto loaded = store.load();
  if (!loaded) {
    refused_well(loaded.error(), path.string());
    holds(loaded.error().remedy.find(path.string()) != std::string::npos,
          "the remedy names the file of a lost baseline");
    return 0;
  }
  holds(loaded->size() == 1, "a file is a snapshot, or an error");
  (void)belongs_here(loaded->front(), {});
  kept(store, loaded->front());
  return 0;
}
