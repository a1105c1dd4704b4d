// SPDX-License-Identifier: Apache-2.0
#include "cli/installation.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "cli/exit_status.hpp"
#include "temporary_folder.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

/// An installation under `root` with the policies "a" and "b".
Installation installed(const fs::path& root) {
  fs::create_directories(root / "share/moderato/policies");
  for (const char* name : {"a.json", "b.json", "README.md"})
    std::ofstream(root / "share/moderato/policies" / name) << "x";
  return {root / "bin/moderato", root / "libexec/moderato", root / "share/moderato"};
}

}  // namespace

TEST_CASE("a shipped policy is found by its name, any other by its file") {
  const TemporaryFolder folder;
  const Installation at = installed(folder.path());
  CHECK(find_policy("a", at) == at.share / "policies/a.json");
  const fs::path own = folder.path() / "own.json";
  std::ofstream(own) << "x";
  CHECK(find_policy(own, at) == own);
}

TEST_CASE("a policy that is not there is a bad command line, and the shipped ones are listed") {
  const TemporaryFolder folder;
  const auto found = find_policy("c", installed(folder.path()));
  REQUIRE_FALSE(found);
  CHECK(found.error().fault == Fault::usage);
  CHECK(found.error().remedy.find("a, b") != std::string::npos);
  CHECK(found.error().remedy.find("README") == std::string::npos);
}

TEST_CASE("a name with a slash is a file, never a way out of the folder of policies") {
  const TemporaryFolder folder;
  const Installation at = installed(folder.path());
  std::ofstream(folder.path() / "share/moderato/secret.json") << "x";
  CHECK_FALSE(find_policy("../secret", at));
}

TEST_CASE("bad command lines and documents have status 2, everything else that fails has 1") {
  CHECK(exit_status_of(Fault::usage) == 2);
  CHECK(exit_status_of(Fault::document) == 2);
  CHECK(exit_status_of(Fault::runtime) == 1);
  CHECK(exit_status_of(Fault::unsupported) == 1);
}

}  // namespace moderato
