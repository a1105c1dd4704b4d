// SPDX-License-Identifier: Apache-2.0
#include "agent/snapshot.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <future>
#include <map>

#include "core/file.hpp"
#include "temporary_folder.hpp"

using namespace moderato;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

Snapshot sample(const std::string& netdev = "eth0", NetworkNamespace in = {4026531840, "", true}) {
  return {netdev,
          "02:00:00:00:00:01",
          "5d2f",
          std::move(in),
          {{"adaptive-rx", 1}, {"rx-usecs", 16}},
          "2024-06-07T10:11:12Z",
          {{"rx-frames", 44}}};
}

bool same(const Snapshot& one, const Snapshot& other) {
  const auto &a = one.network_namespace, &b = other.network_namespace;
  return one.netdev == other.netdev && one.mac == other.mac && one.boot_id == other.boot_id &&
         one.settings == other.settings && one.created == other.created &&
         one.others == other.others && a.inode == b.inode && a.name == b.name &&
         a.initial == b.initial;
}

/// A store whose folder exists, as after arm().
struct Bench {
  Bench() { REQUIRE(store.lock("any", {})); }
  void put(const std::string& name, const std::string& content) const {
    std::ofstream(store.folder() / name) << content;
  }
  fs::path only_snapshot() const {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(store.folder())) {
      if (entry.path().extension() != ".json") continue;
      CHECK(found.empty());
      found = entry.path();
    }
    return found;
  }

  TemporaryFolder folder;
  SnapshotStore store{folder.path() / "state"};
};

/// A process that holds the lock of eth0 until it is killed.
pid_t lock_in_child(const SnapshotStore& store) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = store.lock("eth0", {});
    [[maybe_unused]] const auto n = ::write(ends[1], lock ? "+" : "-", 1);
    for (;;)
      ::pause();
  }
  char answer = 0;
  REQUIRE(::read(ends[0], &answer, 1) == 1);
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK(answer == '+');
  return child;
}

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

}  // namespace

TEST_CASE("what is saved is loaded, whole") {
  const Bench bench;
  REQUIRE(bench.store.save(sample()));
  const auto loaded = bench.store.load();
  REQUIRE(loaded);
  REQUIRE(loaded->size() == 1);
  CHECK(same(loaded->at(0), sample()));
}

TEST_CASE("saving again replaces") {
  const Bench bench;
  REQUIRE(bench.store.save(sample()));
  Snapshot later = sample();
  later.settings = {{"rx-usecs", 3}};
  REQUIRE(bench.store.save(later));
  const auto loaded = bench.store.load();
  REQUIRE(loaded);
  REQUIRE(loaded->size() == 1);
  CHECK(loaded->at(0).settings == later.settings);
}

TEST_CASE("one name in two namespaces makes two snapshots, and each is forgotten alone") {
  const Bench bench;
  const Snapshot outside = sample(), inside = sample("eth0", {4026532000, "a", false});
  REQUIRE(bench.store.save(outside));
  REQUIRE(bench.store.save(inside));
  REQUIRE(bench.store.save(sample("eth1")));
  CHECK(bench.store.load().value().size() == 3);
  REQUIRE(bench.store.forget(outside));
  REQUIRE(bench.store.forget(sample("eth1")));
  const auto left = bench.store.load();
  REQUIRE(left);
  REQUIRE(left->size() == 1);
  CHECK(same(left->at(0), inside));
}

TEST_CASE("forgetting what is not there is no error") {
  const Bench bench;
  CHECK(bench.store.forget(sample()));
}

TEST_CASE("a host where nothing was ever armed has no snapshots") {
  const TemporaryFolder folder;
  const auto loaded = SnapshotStore(folder.path() / "state").load();
  REQUIRE(loaded);
  CHECK(loaded->empty());
}

TEST_CASE("a folder that cannot be listed is an error, not an empty one") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "snapshots") << "a file";
  const auto loaded = SnapshotStore(folder.path()).load();
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message.find("snapshots") != std::string::npos);
}

TEST_CASE("a torn snapshot is an error that names the file, wherever it was torn") {
  const Bench bench;
  REQUIRE(bench.store.save(sample()));
  const fs::path file = bench.only_snapshot();
  const std::string whole = read_file(file).value();
  // The line end after the closing brace is not missed.
  for (std::size_t length = 0; length + 1 < whole.size(); ++length) {
    std::ofstream(file) << whole.substr(0, length);
    const auto loaded = bench.store.load();
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().message.find(file.string()) != std::string::npos);
  }
}

TEST_CASE("the error of an unreadable snapshot tells the device, the file, and what to do") {
  for (const auto& [name, netdev] : std::map<std::string, std::string>{
           {"0-eth7.json", "eth7"}, {"4026532000-eth-8.json", "eth-8"}}) {
    const Bench bench;
    bench.put(name, "{");
    const auto loaded = bench.store.load();
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().remedy ==
          "nothing is written while a baseline may be lost: set " + netdev +
              " with ethtool -C as it shall be (reloading its driver gives the defaults), then "
              "delete " +
              (bench.store.folder() / name).string());
  }
}

TEST_CASE("a foreign document among the snapshots is an error that names it") {
  for (const char* content :
       {"{}", "[]", R"({"schema": "moderato-profile/1"})", R"({"schema": "moderato-snapshot/2"})",
        R"({"schema": "moderato-snapshot/1", "netdev": "eth0"})"}) {
    const Bench bench;
    REQUIRE(bench.store.save(sample()));
    bench.put("0-eth7.json", content);
    const auto loaded = bench.store.load();
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().message.find("0-eth7.json") != std::string::npos);
  }
}

TEST_CASE("a snapshot that cannot be read is an error that names it") {
  const Bench bench;
  REQUIRE(bench.store.save(sample()));
  fs::create_directory(bench.store.folder() / "0-eth7.json");
  const auto loaded = bench.store.load();
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message.find("0-eth7.json") != std::string::npos);
}

TEST_CASE("a file that a power cut left half written is no snapshot") {
  const Bench bench;
  bench.put("0-eth0.json.tmp4711", "{");
  const auto loaded = bench.store.load();
  REQUIRE(loaded);
  CHECK(loaded->empty());
}

TEST_CASE("nobody else can write snapshots, or hold a lock, whatever the umask") {
  const mode_t before = ::umask(0);
  const Bench bench;
  const auto lock = bench.store.lock("eth0", {});
  const auto saved = bench.store.save(sample());
  ::umask(before);
  REQUIRE(lock);
  REQUIRE(saved);
  for (const fs::path& path :
       {bench.folder.path() / "state", bench.store.folder(), bench.only_snapshot()})
    CHECK((mode_of(path) & 022) == 0);
  CHECK(mode_of(bench.store.folder() / "0-eth0.lock") == 0600);
}

TEST_CASE("a netdev is locked once, and the refusal names the process that holds it") {
  const Bench bench;
  auto lock = bench.store.lock("eth0", {});
  REQUIRE(lock);
  const auto second = bench.store.lock("eth0", {});
  REQUIRE_FALSE(second);
  CHECK(second.error().message ==
        "eth0 is in use by another study: agent with process id " + std::to_string(::getpid()));
  CHECK(bench.store.lock("eth1", {}));
  CHECK(bench.store.lock("eth0", {4026532000, "a", false}));
  lock->reset();
  CHECK(bench.store.lock("eth0", {}));
}

TEST_CASE("locked() tells, and leaves the lock as it is") {
  const Bench bench;
  const Snapshot snapshot = sample("eth0", {});
  CHECK_FALSE(bench.store.locked(snapshot));
  auto lock = bench.store.lock("eth0", {});
  CHECK(bench.store.locked(snapshot));
  CHECK(bench.store.locked(snapshot));
  CHECK_FALSE(bench.store.locked(sample("eth1", {})));
  lock->reset();
  CHECK_FALSE(bench.store.locked(snapshot));
}

TEST_CASE("while the gate is closed nobody takes a lock, and who waits gets it afterwards") {
  const Bench bench;
  auto gate = bench.store.close_gate(Clock::now());
  REQUIRE(gate);
  CHECK_FALSE(bench.store.close_gate(Clock::now()));
  std::atomic<bool> opened = false;
  auto later = std::async(std::launch::async, [&] {
    const auto lock = bench.store.lock("eth0", {});
    return lock && opened;
  });
  opened = true;
  gate->reset();
  CHECK(later.get());
  CHECK(bench.store.netdevs_with_lock_file({}) == std::set<std::string>{"eth0"});
  CHECK(bench.store.netdevs_with_lock_file({.inode = 0, .initial = true}).size() == 1);
  CHECK(bench.store.netdevs_with_lock_file({.inode = 7}).empty());
}

TEST_CASE("a lock dies with its process") {
  const Bench bench;
  const pid_t child = lock_in_child(bench.store);
  const auto refused = bench.store.lock("eth0", {});
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.ends_with("process id " + std::to_string(child)));
  CHECK(bench.store.lock("eth0", {}));
}

TEST_CASE("a state folder that cannot be made is an error that says what to do") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "state") << "a file";
  const auto lock = SnapshotStore(folder.path() / "state").lock("eth0", {});
  REQUIRE_FALSE(lock);
  CHECK(lock.error().remedy == "run as root, or set MODERATO_STATE_DIR");
}

TEST_CASE(
    "a snapshot belongs to its namespace in its boot, or to the initial one of a later boot") {
  const NetworkNamespace initial{1, "", true}, a{2, "a", false}, b{3, "b", false};
  const auto of = [](const NetworkNamespace& in, const char* boot) {
    Snapshot snapshot = sample("eth0", in);
    snapshot.boot_id = boot;
    return snapshot;
  };
  CHECK(belongs_here(of(a, "x"), {a, "x"}));
  CHECK(belongs_here(of(initial, "x"), {initial, "x"}));
  CHECK_FALSE(belongs_here(of(a, "x"), {b, "x"}));
  CHECK_FALSE(belongs_here(of(initial, "x"), {a, "x"}));
  CHECK(belongs_here(of(initial, "x"), {initial, "y"}));
  // Inodes are given again after a boot: the same number says nothing.
  CHECK_FALSE(belongs_here(of(a, "x"), {a, "y"}));
  CHECK_FALSE(belongs_here(of(initial, "x"), {a, "y"}));
  CHECK_FALSE(belongs_here(of(a, "x"), {initial, "y"}));
}

TEST_CASE("here() tells the boot and the namespace that this process is in") {
  const Here now = here();
  CHECK(now.boot_id.size() == 36);
  struct stat info {};
  REQUIRE(::stat("/proc/self/ns/net", &info) == 0);
  CHECK(now.network_namespace.inode == info.st_ino);
}

TEST_CASE("MODERATO_STATE_DIR moves the snapshots") {
  const char* before = std::getenv("MODERATO_STATE_DIR");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("MODERATO_STATE_DIR", "/x/y", 1);
  CHECK(default_state_dir() == "/x/y");
  ::setenv("MODERATO_STATE_DIR", "", 1);
  CHECK(default_state_dir() == "/var/lib/moderato");
  if (before == nullptr) {
    ::unsetenv("MODERATO_STATE_DIR");
  } else {
    ::setenv("MODERATO_STATE_DIR", kept.c_str(), 1);
  }
}
