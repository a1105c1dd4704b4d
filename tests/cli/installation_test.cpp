// SPDX-License-Identifier: Apache-2.0
#include "cli/installation.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "cli/exit_status.hpp"
#include "temporary_folder.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

/// An installation under `root` with the policies "a" and "b", and places for links.
Installation installed(const fs::path& root) {
  fs::create_directories(root / "share/moderato/policies");
  for (const char* name : {"a.json", "b.json", "README.md"})
    std::ofstream(root / "share/moderato/policies" / name) << "x";
  return {root / "bin/moderato",
          root / "libexec/moderato",
          root / "share/moderato",
          {root / "own/links", root / "etc/moderato/links"}};
}

void put_link(const fs::path& folder, const std::string& name) {
  fs::create_directories(folder);
  std::ofstream(folder / (name + ".json")) << "x";
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

TEST_CASE("a word is a name, never a file that somebody has put here") {
  const TemporaryFolder folder;
  const Installation at = installed(folder.path());
  put_link(at.links[1], "pf");
  fs::create_directory(folder.path() / "here");
  const fs::path before = fs::current_path();
  fs::current_path(folder.path() / "here");
  for (const char* file : {"a", "pf", "mine", "a.json"})
    std::ofstream(file) << "x";
  const auto policy = find_policy("a", at), link = find_link("pf", at);
  const auto mine = find_policy("mine", at), my_link = find_link("mine", at);
  const auto file = find_policy("./mine", at), document = find_policy("a.json", at);
  fs::current_path(before);
  CHECK(policy == at.share / "policies/a.json");
  CHECK(link == at.links[1] / "pf.json");
  for (const auto& found : {mine, my_link}) {
    REQUIRE_FALSE(found);
    CHECK(found.error().remedy.find("./mine is the file that lies here") != std::string::npos);
  }
  CHECK(file == fs::path("./mine"));
  CHECK(document == fs::path("a.json"));
}

TEST_CASE("a link is found by its name among the user's own, then among the administrator's") {
  const TemporaryFolder folder;
  const Installation at = installed(folder.path());
  put_link(at.links[1], "pf");
  put_link(at.links[1], "vf");
  CHECK(find_link("pf", at) == at.links[1] / "pf.json");
  put_link(at.links[0], "pf");
  CHECK(find_link("pf", at) == at.links[0] / "pf.json");
  CHECK(find_link("vf", at) == at.links[1] / "vf.json");
}

TEST_CASE("a link that is given as a file is that file, as an absolute path") {
  const TemporaryFolder folder;
  const Installation at = installed(folder.path());
  put_link(folder.path(), "mine");
  CHECK(find_link(folder.path() / "mine.json", at) == folder.path() / "mine.json");
  const fs::path relative = fs::relative(folder.path() / "mine.json");
  CHECK(find_link(relative, at) == folder.path() / "mine.json");
}

TEST_CASE("an unknown link is a bad command line; the known ones are listed, the near one asked") {
  const TemporaryFolder folder;
  const Installation at = installed(folder.path());
  put_link(at.links[0], "modnic");
  put_link(at.links[1], "pf");
  const auto found = find_link("modnik", at);
  REQUIRE_FALSE(found);
  CHECK(found.error().fault == Fault::usage);
  CHECK(found.error().message == "no link 'modnik'");
  CHECK(found.error().remedy == "did you mean 'modnic'? give a file, or one of: modnic, pf");
}

TEST_CASE("where no link has a name yet, the places for them are told") {
  const TemporaryFolder folder;
  const Installation at = installed(folder.path());
  const auto found = find_link("pf", at);
  REQUIRE_FALSE(found);
  for (const fs::path& place : at.links)
    CHECK(found.error().remedy.find(place.string()) != std::string::npos);
}

TEST_CASE("neither a slash nor an empty name leads out of the folders of links") {
  const TemporaryFolder folder;
  const Installation at = installed(folder.path());
  put_link(at.links[1], "pf");
  put_link(at.links[1].parent_path(), "secret");
  put_link(at.links[1], "");
  CHECK_FALSE(find_link("../secret", at));
  CHECK_FALSE(find_link("", at));
  CHECK_FALSE(find_link("..", at));
}

TEST_CASE("bad command lines and documents have status 2, everything else that fails has 1") {
  CHECK(exit_status_of(Fault::usage) == 2);
  CHECK(exit_status_of(Fault::document) == 2);
  CHECK(exit_status_of(Fault::runtime) == 1);
  CHECK(exit_status_of(Fault::unsupported) == 1);
}

}  // namespace moderato
