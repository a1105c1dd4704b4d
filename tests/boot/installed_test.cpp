// SPDX-License-Identifier: Apache-2.0
#include "boot/installed.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include "boot/installed_profile.hpp"
#include "temporary_folder.hpp"

using namespace moderato;

namespace fs = std::filesystem;

namespace {

/// The folder /etc/moderato of a host.
struct Config {
  TemporaryFolder folder;
  ConfigPlaces places{folder.path()};

  Installed read() const { return read_installed(places.profiles(), known_to_tests, {}); }
  void add(const Profile& profile) const { put(places.profiles(), profile); }
};

Device eth0() {
  return {.netdev = "eth0", .driver = "igb", .pci_id = "8086:10c9", .kind = DeviceKind::pf};
}

std::string chosen(const Config& config, const std::string& workload_class) {
  const Installed installed = config.read();
  const Choice choice = choose(installed, workload_class, eth0());
  if (choice.profile != nullptr) return choice.profile->profile.name;
  return describe_ambiguity(choice);
}

}  // namespace

TEST_CASE("profiles are read in the order of their files' names, and only *.json") {
  const Config config;
  config.add(plain_profile("b", "micro", {.driver = "igb"}));
  config.add(plain_profile("a", "macro", {.driver = "igb"}));
  put(config.places.profiles() / "a.json.old", "whatever");
  const Installed installed = config.read();
  REQUIRE(installed.profiles.size() == 2);
  CHECK(installed.profiles[0].profile.name == "a");
  CHECK(installed.profiles[1].file == config.places.profiles() / "b.json");
  CHECK(installed.broken.empty());
  CHECK(installed.classes() == std::set<std::string>{"macro", "micro"});
}

TEST_CASE("a folder that is not there holds nothing") {
  const Config config;
  CHECK(config.read().profiles.empty());
  CHECK(config.read().broken.empty());
}

TEST_CASE("a broken profile is reported by its file, and does not hide the others") {
  const Config config;
  config.add(plain_profile("good", "micro", {.driver = "igb"}));
  put(config.places.profiles() / "bad.json", "{ \"schema\": ");
  put(config.places.profiles() / "wrong.json", R"({"schema": "moderato-profile/1"})");
  fs::create_directory(config.places.profiles() / "folder.json");
  const Installed installed = config.read();
  REQUIRE(installed.profiles.size() == 1);
  REQUIRE(installed.broken.size() == 3);
  for (const std::string name : {"bad.json", "folder.json", "wrong.json"}) {
    bool named = false;
    for (const Error& error : installed.broken)
      named = named || error.message.find(name) != std::string::npos;
    CHECK_MESSAGE(named, name);
  }
  CHECK(chosen(config, "micro") == "good");
}

TEST_CASE("root does not take a profile that others can write") {
  if (::geteuid() != 0) {
    fmt::print("SKIPPED: needs root\n");
    return;
  }
  const Config config;
  config.add(plain_profile("p", "micro", {.driver = "igb"}));
  fs::permissions(config.places.profiles() / "p.json", fs::perms(0666));
  const Installed installed = config.read();
  CHECK(installed.profiles.empty());
  REQUIRE(installed.broken.size() == 1);
  CHECK(installed.broken[0].message.find("can be written by others") != std::string::npos);
}

TEST_CASE("the active class is the word of its file") {
  const Config config;
  config.add(plain_profile("a", "macro", {.driver = "igb"}));
  config.add(plain_profile("b", "micro", {.driver = "igb"}));
  put(config.places.active_class(), "micro\n");
  CHECK(active_class(config.places, config.read()) == "micro");
}

TEST_CASE("without that file the class is the one that all profiles have, and of several none") {
  const Config config;
  CHECK(active_class(config.places, config.read()) == "");
  config.add(plain_profile("a", "macro", {.driver = "igb"}));
  CHECK(active_class(config.places, config.read()) == "macro");
  config.add(plain_profile("b", "micro", {.driver = "igb"}));
  const auto undecided = active_class(config.places, config.read());
  REQUIRE_FALSE(undecided);
  CHECK(undecided.error().message.find("(macro, micro)") != std::string::npos);
  CHECK(undecided.error().remedy.find("--class") != std::string::npos);
}

TEST_CASE("a file of one word holds one word") {
  const Config config;
  const fs::path file = config.places.active_class();
  CHECK(read_word(file).value() == std::nullopt);
  for (const std::string bad : {"", " \n", "micro macro\n", "micro\nmacro\n"}) {
    put(file, bad);
    const auto word = read_word(file);
    REQUIRE_FALSE(word);
    CHECK(word.error().fault == Fault::document);
    CHECK(word.error().message.starts_with(file.string()));
  }
}

TEST_CASE("specificity is the number of fields that a match gives") {
  CHECK(specificity({.driver = "igb"}) == 1);
  CHECK(specificity({.driver = "igb", .kind = "pf"}) == 2);
  CHECK(specificity({.driver = "a", .kind = "pf", .pci_id = "a:b", .netdev = "eth0"}) == 4);
}

TEST_CASE("of the profiles that match, the one that demands most is chosen") {
  const Config config;
  config.add(plain_profile("driver", "micro", {.driver = "igb"}));
  CHECK(chosen(config, "micro") == "driver");
  config.add(plain_profile("both", "micro", {.driver = "igb", .kind = "pf"}));
  CHECK(chosen(config, "micro") == "both");
  config.add(plain_profile("other", "micro", {.driver = "igb", .kind = "pf", .netdev = "eth1"}));
  CHECK(chosen(config, "micro") == "both");
}

TEST_CASE("two that match and demand equally much are ambiguous, until a third demands more") {
  const Config config;
  config.add(plain_profile("a", "micro", {.driver = "igb"}));
  config.add(plain_profile("b", "micro", {.kind = "pf"}));
  CHECK(chosen(config, "micro") == "a.json and b.json match equally well");
  config.add(plain_profile("c", "micro", {.driver = "igb", .netdev = "eth0"}));
  CHECK(chosen(config, "micro") == "c");
}

TEST_CASE("profiles of another class, and those with advice only, do not take part") {
  const Config config;
  config.add(plain_profile("a", "macro", {.driver = "igb"}));
  CHECK(chosen(config, "micro") == "");
  Installed installed = config.read();
  installed.profiles[0].profile.settings.clear();
  CHECK(choose(installed, "macro", eth0()).profile == nullptr);
}
