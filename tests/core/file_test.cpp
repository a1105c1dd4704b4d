// SPDX-License-Identifier: Apache-2.0
#include "core/file.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "temporary_folder.hpp"

namespace fs = std::filesystem;
using namespace moderato;

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
  if (::geteuid() != 0) {
    MESSAGE("needs root to give a file away");
    return;
  }
  const TemporaryFolder folder;
  const auto path = folder.path() / "profile.json";
  REQUIRE(write_file_durably(path, "{}"));
  REQUIRE(::chown(path.c_str(), 12345, 12345) == 0);
  CHECK_FALSE(require_trusted(path));
}
