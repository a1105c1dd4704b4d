// SPDX-License-Identifier: Apache-2.0
#include "core/folder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "core/file.hpp"
#include "temporary_folder.hpp"

namespace fs = std::filesystem;
using namespace moderato;

namespace {

constexpr uid_t alice = 12345;

bool is_root() {
  if (::geteuid() != 0) fmt::print("SKIPPED: needs root to give a file away\n");
  return ::geteuid() == 0;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a folder is written and read where it is, not where its path leads now") {
  const TemporaryFolder temporary;
  const auto path = temporary.path() / "a/b";
  const auto folder = Folder::make_own(path);
  REQUIRE_MESSAGE(folder, (folder ? "" : folder.error().message));
  const auto inner = folder->make_folder("inner");
  REQUIRE(inner);
  fs::rename(path, temporary.path() / "away");
  fs::create_directories(path / "inner");
  REQUIRE(folder->write_durably("x", "content"));
  REQUIRE(inner->write_durably("y", "more"));
  CHECK(folder->read("x").value() == "content");
  CHECK(folder->holds("x"));
  CHECK(read_file(temporary.path() / "away/inner/y").value() == "more");
  CHECK_FALSE(fs::exists(path / "x"));
  CHECK_FALSE(fs::exists(path / "inner/y"));
}

TEST_CASE("what is written whole takes the place of what was there, and leaves nothing beside it") {
  const TemporaryFolder temporary;
  const auto folder = Folder::make_own(temporary.path() / "a");
  REQUIRE(folder);
  REQUIRE(folder->write_whole("x", "a long content"));
  REQUIRE(folder->write_whole("x", "short"));
  CHECK(folder->read("x").value() == "short");
  fs::create_directories(temporary.path() / "a/full/x");
  CHECK_FALSE(folder->write_whole("full", "content"));
  CHECK(std::distance(fs::directory_iterator(temporary.path() / "a"), {}) == 2);
}

TEST_CASE("a file that is not there is nothing, and what is no file is an error") {
  const TemporaryFolder temporary;
  const auto folder = Folder::open(temporary.path()).value();
  CHECK(folder.read_if_there("x").value() == std::nullopt);
  CHECK_FALSE(folder.read("x"));
  CHECK(folder.remove("x"));
  REQUIRE(::mkfifo((temporary.path() / "pipe").c_str(), 0600) == 0);
  const auto pipe = folder.read_if_there("pipe");  // which nobody writes: it does not wait
  REQUIRE_FALSE(pipe);
  CHECK(contains(pipe.error().message, "is not a regular file"));
  REQUIRE(folder.write_durably("x", "content"));
  CHECK(folder.read_if_there("x").value() == "content");
  CHECK_FALSE(folder.read("x", 3));
  REQUIRE(folder.remove("x"));
  CHECK_FALSE(folder.holds("x"));
}

TEST_CASE("a folder that cannot be made is an error, whatever its name is") {
  const TemporaryFolder temporary;
  fs::create_symlink("loop", temporary.path() / "loop");
  const std::string long_name(300, 'x');
  for (const fs::path& name :
       {fs::path("loop"), fs::path("loop/x"), fs::path(long_name), long_name / fs::path("x")}) {
    CAPTURE(name);
    CHECK_FALSE(Folder::make_own(temporary.path() / name));
  }
}

TEST_CASE("whatever the umask, others may not write a folder that was made") {
  const TemporaryFolder temporary;
  const mode_t before = ::umask(0);
  const auto folder = Folder::make_own(temporary.path() / "x/");
  const auto inner = folder->make_folder("inner");
  ::umask(before);
  REQUIRE(folder);
  REQUIRE(inner);
  struct stat info {};
  for (const fs::path& path : {temporary.path() / "x", temporary.path() / "x/inner"}) {
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0755);
  }
}

TEST_CASE("root takes no folder for its own that somebody else can write") {
  if (!is_root()) return;
  const TemporaryFolder temporary;
  const auto path = temporary.path() / "x";
  REQUIRE(Folder::make_own(path));
  ::chmod(path.c_str(), 0775);
  const auto shared = Folder::open_own(path);
  REQUIRE_FALSE(shared);
  CHECK(contains(shared.error().message, "can be written by others (mode 775)"));
  CHECK(contains(shared.error().remedy, "chmod go-w " + path.string()));
  ::chmod(path.c_str(), 01777);
  CHECK_FALSE(contains(Folder::make_own(path).error().remedy, "chmod"));  // as /tmp
  ::chmod(path.c_str(), 0755);
  REQUIRE(::chown(path.c_str(), alice, alice) == 0);
  const auto hers = Folder::make_own(path);
  REQUIRE_FALSE(hers);
  CHECK(contains(hers.error().message, "belongs to user 12345"));
  CHECK(contains(hers.error().remedy, "chown root " + path.string()));
  CHECK(Folder::open(path));  // to read it
}

TEST_CASE("root follows no link to a folder, nor takes a file of somebody else in its own") {
  if (!is_root()) return;
  const TemporaryFolder temporary;
  const auto folder = Folder::make_own(temporary.path() / "x").value();
  fs::create_directory_symlink("x", temporary.path() / "link");
  CHECK_FALSE(Folder::open_own(temporary.path() / "link"));
  CHECK_FALSE(Folder::make_own(temporary.path() / "link/"));
  CHECK(Folder::open(temporary.path() / "link"));
  fs::create_directory(temporary.path() / "elsewhere");
  fs::create_directory_symlink("../elsewhere", folder.path() / "inner");
  CHECK_FALSE(folder.make_folder("inner"));
  REQUIRE(folder.write_durably("hers", "{}"));
  fs::create_symlink("hers", folder.path() / "linked");
  CHECK(folder.read("hers"));
  CHECK_FALSE(folder.read("linked"));
  REQUIRE(::chown((folder.path() / "hers").c_str(), alice, alice) == 0);
  CHECK_FALSE(folder.read("hers"));
  CHECK_FALSE(folder.read_if_there("hers"));
}
