// SPDX-License-Identifier: Apache-2.0
#include "core/file.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "temporary_folder.hpp"

namespace fs = std::filesystem;
using namespace moderato;

namespace {

constexpr uid_t alice = 12345;

bool root_is_here() {
  if (::geteuid() == 0) return true;
  fmt::print("SKIPPED: needs root to give a file away\n");
  return false;
}

fs::path file_of(uid_t owner, const fs::path& path, mode_t mode = 0644) {
  std::ofstream(path) << owner;
  REQUIRE(::chown(path.c_str(), owner, owner) == 0);
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  return path;
}

fs::path folder_of(uid_t owner, const fs::path& path, mode_t mode = 0755) {
  fs::create_directory(path);
  REQUIRE(::chown(path.c_str(), owner, owner) == 0);
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  return path;
}

}  // namespace

TEST_CASE("what is written durably is what is read") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "x";
  REQUIRE(write_file_durably(path, "one"));
  REQUIRE(write_file_durably(path, "two"));
  CHECK(read_file(path).value() == "two");
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);  // no temporary file left
}

TEST_CASE("a file that cannot be written leaves the old content") {
  const TemporaryFolder folder;
  const auto missing = folder.path() / "no/such/folder/x";
  const auto written = write_file_durably(missing, "new");
  REQUIRE_FALSE(written);
  CHECK(written.error().message.find(missing.string()) != std::string::npos);
}

TEST_CASE("a link in the place of a file or of its temporary file is not followed") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "x", victim = folder.path() / "victim";
  std::ofstream(victim) << "untouched";
  fs::create_symlink(victim, path);
  fs::create_symlink(victim, fmt::format("{}.tmp{}", path.string(), ::getpid()));
  REQUIRE(write_file_durably(path, "content"));
  CHECK(read_file(victim).value() == "untouched");
  CHECK(read_file(path).value() == "content");
  CHECK_FALSE(fs::is_symlink(path));
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 2);
}

TEST_CASE("a write that fails leaves no temporary file") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "x/full");
  CHECK_FALSE(write_file_durably(folder.path() / "x", "content"));
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a file above the limit is refused, not cut") {
  const TemporaryFolder folder;
  REQUIRE(write_file_durably(folder.path() / "x", std::string(100'000, 'a')));
  CHECK(read_file(folder.path() / "x", 100'000));
  CHECK_FALSE(read_file(folder.path() / "x", 99'999));
}

TEST_CASE("a file that is not there is nothing, and one that cannot be read is an error") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "x";
  CHECK(read_file_if_there(path).value() == std::nullopt);
  REQUIRE(write_file_durably(path, ""));
  CHECK(read_file_if_there(path).value() == "");
  REQUIRE(write_file_durably(path, "content"));
  CHECK(read_file_if_there(path).value() == "content");
  CHECK_FALSE(read_file_if_there(path, 3));
  CHECK_FALSE(read_file_if_there(folder.path()));
}

TEST_CASE("what is no regular file is refused at once: nobody waits for a pipe") {
  const TemporaryFolder folder;
  const auto pipe = folder.path() / "pipe", link = folder.path() / "link";
  REQUIRE(::mkfifo(pipe.c_str(), 0644) == 0);
  fs::create_symlink(pipe, link);
  for (const fs::path& path : {pipe, link, folder.path(), fs::path("/dev/null")}) {
    for (const auto& error : {read_file(path).error(), read_file_if_there(path).error(),
                              read_trusted_file(path).error()}) {
      CHECK(error.fault == Fault::document);
      CHECK(error.message == path.string() + " is not a regular file");
      CHECK(error.remedy.find("<(...)") != std::string::npos);
    }
  }
}

TEST_CASE("what the kernel tells in files is read") {
  CHECK_FALSE(read_file("/proc/self/stat").value().empty());
  CHECK_FALSE(read_file("/proc/interrupts").value().empty());
  CHECK_FALSE(read_file("/sys/class/net/lo/mtu").value().empty());
}

TEST_CASE("removing a file that is not there is no error") {
  const TemporaryFolder folder;
  CHECK(remove_file_durably(folder.path() / "x"));
}

TEST_CASE("a file that others may write is not trusted") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "profile.json";
  REQUIRE(write_file_durably(path, "{}"));
  CHECK(require_trusted(path));
  ::chmod(path.c_str(), 0664);
  const auto group = require_trusted(path);
  REQUIRE_FALSE(group);
  CHECK(group.error().message.find("can be written by others (mode 664)") != std::string::npos);
  CHECK(group.error().remedy == "chmod go-w " + path.string());
  ::chmod(path.c_str(), 0644);
  ::chmod(folder.path().c_str(), 0777);
  CHECK_FALSE(require_trusted(path));
  ::chmod(folder.path().c_str(), 01777);  // sticky, as /tmp: nobody can replace the file
  CHECK(require_trusted(path));
}

TEST_CASE("a file of another user is not trusted") {
  if (!root_is_here()) return;
  const TemporaryFolder folder;
  CHECK_FALSE(require_trusted(file_of(alice, folder.path() / "profile.json")));
}

TEST_CASE("root reads no file that somebody else could have written") {
  if (!root_is_here()) return;
  const TemporaryFolder folder;
  const auto& at = folder.path();
  CHECK(read_trusted_file(file_of(0, at / "good")).value() == "0");
  const auto own = read_trusted_file(file_of(alice, at / "hers"));
  REQUIRE_FALSE(own);
  CHECK(own.error().message ==
        (at / "hers").string() + " belongs to user 12345, who could change what would be applied");
  CHECK(own.error().remedy == "chown root " + (at / "hers").string());
  CHECK_FALSE(read_trusted_file(file_of(0, at / "open", 0664)));
  CHECK_FALSE(read_trusted_file(file_of(0, folder_of(alice, at / "her-folder") / "x")));
  CHECK_FALSE(read_trusted_file(file_of(0, folder_of(0, at / "open-folder", 0777) / "x")));
  CHECK(read_trusted_file(file_of(0, folder_of(0, at / "sticky", 01777) / "x")));
  fs::create_symlink(at / "hers", at / "link");
  CHECK_FALSE(read_trusted_file(at / "link"));
  CHECK(read_trusted_file(at / "none").error().fault == Fault::runtime);
  CHECK(read_trusted_file(at / "none/none").error().message.find("none/none") != std::string::npos);
}

TEST_CASE("of a user whose programs run as himself root takes what is his, and of nobody else") {
  if (!root_is_here()) return;
  const TemporaryFolder folder;
  const auto take = [](const fs::path& path) { return read_trusted_file(path, 100, alice); };
  const auto& at = folder.path();
  const auto home = folder_of(alice, at / "home");
  CHECK(take(file_of(alice, home / "hers", 0664)).value() == "12345");
  CHECK(take(file_of(alice, folder_of(0, at / "open-folder", 0777) / "hers")));
  CHECK(take(file_of(0, home / "of-root")));
  CHECK_FALSE(take(file_of(0, home / "open", 0666)));
  CHECK_FALSE(take(file_of(alice + 1, home / "of-bob")));
  CHECK_FALSE(take(file_of(0, folder_of(alice + 1, at / "of-bob") / "of-root")));
}

TEST_CASE("what root has looked at is what it reads, however fast links are swapped") {
  if (!root_is_here()) return;
  const TemporaryFolder folder;
  const auto at = folder_of(alice, folder.path() / "home");
  for (const uid_t owner : {uid_t{0}, alice})
    file_of(owner, folder_of(owner, folder.path() / std::to_string(owner)) / "x");
  fs::create_symlink(folder.path() / "0", at / "links");
  std::atomic<bool> done = false;
  std::thread swapper([&] {
    for (int turn = 0; !done; ++turn) {
      fs::create_symlink(folder.path() / (turn % 2 == 0 ? "12345" : "0"), at / "new");
      fs::rename(at / "new", at / "links");
    }
  });
  int hers = 0;
  for (int i = 0; i < 3000; ++i)
    hers += read_trusted_file(at / "links/x").value_or("0") == "0" ? 0 : 1;
  done = true;
  swapper.join();
  CHECK(hers == 0);
}
