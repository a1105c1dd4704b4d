// SPDX-License-Identifier: Apache-2.0
#include "core/durable_log.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "core/file.hpp"
#include "temporary_folder.hpp"
#include "waiting.hpp"

namespace fs = std::filesystem;
using namespace moderato;

namespace {

/// A folder, and the path of a log in it.
struct Place {
  TemporaryFolder temporary;
  Folder folder = Folder::open_own(temporary.path()).value();
  fs::path log = temporary.path() / "log";
};

}  // namespace

TEST_CASE("a log keeps whole lines and cuts a torn one off") {
  const Place at;
  {
    auto log = DurableLog::create(at.folder, "log");
    REQUIRE(log);
    CHECK(log->empty().value());
    REQUIRE(log->append("first"));
    REQUIRE(log->append("second"));
    CHECK_FALSE(log->empty().value());
  }
  std::ofstream(at.log, std::ios::app) << "torn by a power c";
  auto log = DurableLog::open(at.folder, "log");
  REQUIRE(log);
  REQUIRE(log->append("third"));
  CHECK(read_file(at.log).value() == "first\nsecond\nthird\n");
}

TEST_CASE("a log that holds only a torn line becomes empty") {
  const Place at;
  std::ofstream(at.log) << "torn";
  REQUIRE(DurableLog::open(at.folder, "log"));
  CHECK(read_file(at.log).value().empty());
}

TEST_CASE("a log has one writer at a time, and another one cuts nothing off" * waiting) {
  const Place at;
  {
    const auto first = DurableLog::create(at.folder, "log");
    REQUIRE(first);
    std::ofstream(at.log, std::ios::app)
        << "half a li";  // the first one is about to write the rest
    const auto second = DurableLog::open(at.folder, "log");
    REQUIRE_FALSE(second);
    CHECK(second.error().message.find("another process continues this study") == 0);
    CHECK(read_file(at.log).value() == "half a li");
  }
  CHECK(DurableLog::open(at.folder, "log"));
}

TEST_CASE("a log that is a link, or is not there, is not opened") {
  const Place at;
  CHECK_FALSE(DurableLog::open(at.folder, "log"));
  std::ofstream(at.temporary.path() / "victim") << "torn";
  fs::create_symlink("victim", at.log);
  CHECK_FALSE(DurableLog::open(at.folder, "log"));
  CHECK_FALSE(DurableLog::create(at.folder, "log"));
  CHECK(read_file(at.temporary.path() / "victim").value() == "torn");
}
