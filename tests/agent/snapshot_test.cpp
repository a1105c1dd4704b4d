// SPDX-License-Identifier: Apache-2.0
#include "agent/snapshot.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <future>
#include <map>

#include "agent/served_agent.hpp"
#include "core/file.hpp"
#include "temporary_folder.hpp"

using namespace moderato;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

const std::string me = "the test";

Snapshot sample(const std::string& netdev = "eth0", NetworkNamespace in = {4026531840, "", true}) {
  return {netdev,
          "02:00:00:00:00:01",
          "5d2f",
          std::move(in),
          {{"adaptive-rx", 1}, {"rx-usecs", 16}},
          "2024-06-07T10:11:12Z",
          {{"rx-frames", 44}},
          {"adaptive-rx"},
          {{"rx-frames", 8}},
          "0000:81:00.0",
          2};
}

bool same(const Snapshot& one, const Snapshot& other) {
  const auto &a = one.network_namespace, &b = other.network_namespace;
  return one.netdev == other.netdev && one.mac == other.mac && one.boot_id == other.boot_id &&
         one.settings == other.settings && one.created == other.created &&
         one.others == other.others && one.moving == other.moving && one.behind == other.behind &&
         one.pci_address == other.pci_address && one.ifindex == other.ifindex &&
         a.inode == b.inode && a.name == b.name && a.initial == b.initial;
}

/// A store whose folder exists, as after arm().
struct Bench {
  Bench() { REQUIRE(store.lock("any", {}, "x")); }
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

/// A process that does `what` until it is killed.
class Child {
 public:
  explicit Child(const std::function<void()>& what) : pid_(::fork()) {
    if (pid_ != 0) return;
    what();
    ::_exit(0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_;
};

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

TEST_CASE("a snapshot is kept in a namespace whose name is not UTF-8, too") {
  const Bench bench;
  Snapshot snapshot = sample();
  snapshot.network_namespace.name = "a\xff";
  REQUIRE(bench.store.save(snapshot));
  const auto loaded = bench.store.load();
  REQUIRE(loaded);
  CHECK(loaded->at(0).settings == snapshot.settings);
  CHECK(loaded->at(0).network_namespace.inode == snapshot.network_namespace.inode);
}

TEST_CASE("a snapshot of an older version, without moving modes or identity, is read") {
  const Bench bench;
  bench.put("0-eth0.json", R"({"schema": "moderato-snapshot/1", "netdev": "eth0",
  "mac": "02:00:00:00:00:01", "boot_id": "5d2f",
  "namespace": {"inode": 4026531840, "name": "", "initial": true},
  "settings": {"adaptive-rx": 1, "rx-usecs": 16}, "others": {"rx-frames": 44},
  "created": "2024-06-07T10:11:12Z"})");
  Snapshot older = sample();
  older.moving.clear();
  older.behind.clear();
  older.pci_address.clear();
  older.ifindex = 0;
  const auto loaded = bench.store.load();
  REQUIRE(loaded);
  REQUIRE(loaded->size() == 1);
  CHECK(same(loaded->at(0), older));
}

TEST_CASE("a snapshot whose moving modes it does not know is an error that names them") {
  for (const char* mode : {"adaptive-tx", "rx-usecs"}) {
    const Bench bench;
    Snapshot snapshot = sample();
    snapshot.moving = {mode};
    REQUIRE(bench.store.save(snapshot));
    const auto loaded = bench.store.load();
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().message.find(mode) != std::string::npos);
  }
}

TEST_CASE("saving again replaces") {
  const Bench bench;
  REQUIRE(bench.store.save(sample()));
  Snapshot later = sample();
  later.settings = {{"adaptive-rx", 1}, {"rx-usecs", 3}};
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
  const auto lock = bench.store.lock("eth0", {}, me);
  const auto saved = bench.store.save(sample());
  ::umask(before);
  REQUIRE(lock);
  REQUIRE(saved);
  for (const fs::path& path :
       {bench.folder.path() / "state", bench.store.folder(), bench.only_snapshot()})
    CHECK((mode_of(path) & 022) == 0);
  CHECK(mode_of(bench.store.folder() / "0-eth0.lock") == 0600);
}

TEST_CASE("a state folder that others may write is refused, and nobody is told to trust it") {
  if (::geteuid() != 0) return;  // anybody else harms nobody but himself
  for (const char* open : {"state", "state/snapshots"}) {
    const Bench bench;
    REQUIRE(bench.store.save(sample()));
    fs::permissions(bench.folder.path() / open, fs::perms::others_write, fs::perm_options::add);
    for (const std::string& message :
         {message_of(bench.store.lock("eth0", {}, me)), message_of(bench.store.load()),
          message_of(bench.store.close_gate(Clock::now()))})
      CHECK(message.find(open + std::string(" can be written by others")) != std::string::npos);
  }
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "state");
  fs::permissions(folder.path() / "state", fs::perms::all);
  CHECK_FALSE(make_state_dir(folder.path() / "state"));
}

TEST_CASE("a lock is never taken through a link") {
  const Bench bench;
  const fs::path victim = bench.folder.path() / "shadow";
  std::ofstream(victim) << "root:*";
  for (const char* name : {"0-eth0.lock", "gate"}) {
    const fs::path lock = bench.store.folder() / name;
    fs::remove(lock);
    fs::create_symlink(victim, lock);
    const auto refused =
        bench.store.lock("eth0", {4026531840, "", true}, "somebody with a long name");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find(lock.string()) != std::string::npos);
    CHECK(refused.error().remedy == "a lock file is never a link: remove it");
    fs::remove(lock);
  }
  CHECK(read_file(victim) == "root:*");
}

TEST_CASE("a snapshot whose netdev is no name of a device is an error that names the file") {
  for (const char* name : {"/../../x", "..", "a/b", "", "a b"}) {
    const Bench bench;
    REQUIRE(bench.store.save(sample()));
    const fs::path file = bench.only_snapshot();
    std::string text = read_file(file).value();
    const std::string field = R"("netdev": ")";
    text.replace(text.find(field) + field.size(), 4, name);
    bench.put(file.filename(), text);
    CHECK(message_of(bench.store.load()).find(file.string()) != std::string::npos);
  }
}

TEST_CASE("a lock is held also by who cannot write his name, and nobody else is named for him") {
  const Bench bench;
  REQUIRE(bench.store.lock("eth0", {}, "one before"));
  const auto holder = [&] { return bench.store.holder(sample("eth0", {})).value(); };
  const Child child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit nothing{0, 0};
    ::setrlimit(RLIMIT_FSIZE, &nothing);
    const auto lock = bench.store.lock("eth0", {}, me);
    while (lock)
      ::pause();
  });
  REQUIRE(eventually([&] { return holder().has_value(); }));
  CHECK(holder() == "a process that does not say who it is");
  CHECK_FALSE(bench.store.lock("eth0", {}, me));
}

TEST_CASE("a netdev is locked once, and the refusal names the owner") {
  const Bench bench;
  auto lock = bench.store.lock("eth0", {}, "study one");
  REQUIRE(lock);
  const auto second = bench.store.lock("eth0", {}, "study two");
  REQUIRE_FALSE(second);
  CHECK(second.error().message == "eth0 is in use by study one");
  CHECK(bench.store.lock("eth1", {}, me));
  CHECK(bench.store.lock("eth0", {4026532000, "a", false}, me));
  lock->reset();
  CHECK(bench.store.lock("eth0", {}, "study two"));
}

TEST_CASE("a longer owner line leaves nothing behind for a shorter one") {
  const Bench bench;
  REQUIRE(bench.store.lock("eth0", {}, "a study with a long name"));
  const auto lock = bench.store.lock("eth0", {}, "b");
  REQUIRE(lock);
  CHECK(bench.store.holder(sample("eth0", {})).value() == "b");
}

TEST_CASE("who looks at a lock is told its owner, and leaves it as it is") {
  const Bench bench;
  const Snapshot snapshot = sample("eth0", {});
  CHECK(bench.store.holder(snapshot).value() == std::nullopt);
  auto lock = bench.store.lock("eth0", {}, me);
  CHECK(bench.store.holder(snapshot).value() == me);
  CHECK(bench.store.holder(snapshot).value() == me);
  CHECK(bench.store.holder(sample("eth1", {})).value() == std::nullopt);
  lock->reset();
  CHECK(bench.store.holder(snapshot).value() == std::nullopt);
}

TEST_CASE("nobody is refused because somebody else is looking") {
  const Bench bench;
  const Child looker([&] {
    for (;;)
      (void)bench.store.holder(sample("eth0", {}));
  });
  int refused = 0;
  for (int i = 0; i < 1000; ++i)
    refused += !bench.store.lock("eth0", {}, me);
  CHECK(refused == 0);
}

TEST_CASE("a snapshot that is forgotten while others are listed is no error") {
  const Bench bench;
  const Child forgetful([&] {
    for (;;) {
      (void)bench.store.save(sample());
      (void)bench.store.forget(sample());
    }
  });
  int errors = 0;
  for (int i = 0; i < 1000; ++i)
    errors += !bench.store.load() || !bench.store.load_again(sample());
  CHECK(errors == 0);
}

TEST_CASE("while the gate is closed nobody takes a lock, and who waits gets it afterwards") {
  const Bench bench;
  auto gate = bench.store.close_gate(Clock::now());
  REQUIRE(gate);
  CHECK_FALSE(bench.store.close_gate(Clock::now()));
  std::atomic<bool> opened = false;
  auto later = std::async(std::launch::async, [&] {
    const auto lock = bench.store.lock("eth0", {}, me);
    return lock && opened;
  });
  CHECK(later.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout);
  opened = true;
  gate->reset();
  CHECK(later.get());
  CHECK(bench.store.netdevs_with_lock_file({}).contains("eth0"));
  CHECK(bench.store.netdevs_with_lock_file({.inode = 7}).empty());
}

TEST_CASE("a lock dies with its process") {
  const Bench bench;
  const auto locked = [&] { return bench.store.holder(sample("eth0", {})).value().has_value(); };
  {
    const Child child([&] {
      const auto lock = bench.store.lock("eth0", {}, "the child");
      for (;;)
        ::pause();
    });
    REQUIRE(eventually(locked));
    CHECK_FALSE(bench.store.lock("eth0", {}, me));
  }
  CHECK_FALSE(locked());
  CHECK(bench.store.lock("eth0", {}, me));
}

TEST_CASE("a state folder that cannot be made is an error that says what to do") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "state") << "a file";
  const auto lock = SnapshotStore(folder.path() / "state").lock("eth0", {}, me);
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

namespace {

/// A variable of the environment, set for as long as this lives; "" counts as not set.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value, 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (before_) {
      ::setenv(name_, before_->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("MODERATO_STATE_DIR moves the snapshots, and what counts until the next boot with them") {
  const Variable run("MODERATO_RUN_DIR", "");
  {
    const Variable state("MODERATO_STATE_DIR", "");
    CHECK(default_state_dir() == "/var/lib/moderato");
    CHECK(default_run_dir() == "/run/moderato");
  }
  const Variable state("MODERATO_STATE_DIR", "/x/y");
  CHECK(default_state_dir() == "/x/y");
  CHECK(default_run_dir() == "/x/y");
  const Variable elsewhere("MODERATO_RUN_DIR", "/z");
  CHECK(default_run_dir() == "/z");
}
