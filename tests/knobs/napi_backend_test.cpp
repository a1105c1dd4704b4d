// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "knobs/backend.hpp"
#include "temporary_folder.hpp"

using namespace moderato;
namespace fs = std::filesystem;

namespace {

void put(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

std::string line_of(const fs::path& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

TEST_CASE("the NAPI files of a netdev read and write as numbers") {
  TemporaryFolder sysfs;
  const auto folder = sysfs.path() / "eth0";
  put(folder / "napi_defer_hard_irqs", "2\n");
  put(folder / "gro_flush_timeout", "200000\n");
  const auto backend = napi_backend(sysfs.path().string());
  auto states = backend->read("eth0");
  REQUIRE(states);
  REQUIRE(states->size() == 2);
  CHECK((*states)[0].knob == "napi-defer-hard-irqs");
  CHECK((*states)[0].value == 2);
  CHECK((*states)[1].knob == "gro-flush-timeout");
  CHECK((*states)[1].value == 200000);

  REQUIRE(backend->write("eth0", {{"gro-flush-timeout", 7000}}));
  CHECK(line_of(folder / "gro_flush_timeout") == "7000");
  CHECK(line_of(folder / "napi_defer_hard_irqs") == "2");
  CHECK(backend->changes().empty());
}

TEST_CASE("it handles its two knobs and no other") {
  const auto backend = napi_backend("/nowhere");
  CHECK(backend->handles("gro-flush-timeout"));
  CHECK(backend->handles("napi-defer-hard-irqs"));
  CHECK_FALSE(backend->handles("rx-usecs"));
  CHECK_FALSE(backend->handles(""));
}

TEST_CASE("a file that is not there or holds no number is a reason, not a value") {
  TemporaryFolder sysfs;
  put(sysfs.path() / "eth0" / "gro_flush_timeout", "soon\n");
  auto states = napi_backend(sysfs.path().string())->read("eth0");
  REQUIRE(states);
  for (const KnobState& state : *states) {
    CHECK_FALSE(state.supported());
    CHECK_FALSE(state.why_not.empty());
  }
}

TEST_CASE("a netdev that is not there, or is a path, is an error that names it") {
  TemporaryFolder sysfs;
  put(sysfs.path() / "gro_flush_timeout", "1\n");
  fs::create_directories(sysfs.path() / "eth0");
  const auto backend = napi_backend(sysfs.path().string());
  for (const std::string name : {"eth1", ".", "..", "eth0/..", ""}) {
    auto read = backend->read(name);
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find("'" + name + "'") != std::string::npos);
    CHECK_FALSE(backend->write(name, {{"gro-flush-timeout", 2}}));
  }
  CHECK(line_of(sysfs.path() / "gro_flush_timeout") == "1");
}

TEST_CASE("nothing is written where one of the settings is out of range or of another backend") {
  TemporaryFolder sysfs;
  const auto file = sysfs.path() / "eth0" / "gro_flush_timeout";
  put(file, "1\n");
  const auto backend = napi_backend(sysfs.path().string());
  CHECK_FALSE(
      backend->write("eth0", {{"gro-flush-timeout", 2}, {"napi-defer-hard-irqs", 1LL << 31}}));
  CHECK_FALSE(backend->write("eth0", {{"gro-flush-timeout", 2}, {"rx-usecs", 1}}));
  CHECK_FALSE(backend->write("eth0", {{"gro-flush-timeout", -1}}));
  CHECK(line_of(file) == "1");
}

TEST_CASE("a refused write names the netdev, the setting and the reason") {
  TemporaryFolder sysfs;
  put(sysfs.path() / "eth0" / "gro_flush_timeout", "1\n");
  auto done = napi_backend(sysfs.path().string())->write("eth0", {{"napi-defer-hard-irqs", 1}});
  REQUIRE_FALSE(done);
  CHECK(done.error().message.find("eth0 does not take napi-defer-hard-irqs=1") == 0);
  CHECK(done.error().message.find("No such file") != std::string::npos);
}
