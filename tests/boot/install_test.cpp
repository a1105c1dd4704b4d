// SPDX-License-Identifier: Apache-2.0
#include "boot/install.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <future>

#include "boot/installed_profile.hpp"
#include "core/file.hpp"
#include "temporary_folder.hpp"

using namespace moderato;

namespace fs = std::filesystem;

namespace {

using Notes = Result<std::vector<std::string>>;

struct Config {
  TemporaryFolder folder;
  ConfigPlaces places{folder.path() / "etc/moderato"};

  Notes install(const InstallRequest& request) const {
    return install_profiles(request, places, known_to_tests, {});
  }
  Notes uninstall(const std::vector<std::string>& names = {}) const {
    return uninstall_profiles(names, places, known_to_tests, {});
  }
  std::string text(const std::string& name) const {
    return read_file(places.folder / name).value_or("(none)");
  }
  /// Names below profiles.d, and the words.
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path(), none)) {
      if (!entry.is_directory()) names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
  }
};

using Files = std::vector<std::string>;

const Profile micro = plain_profile("fast", "micro", {.driver = "igb", .kind = "pf"});
const Profile macro = plain_profile("wide", "macro", {.driver = "igb", .kind = "pf"});

Profile changed(Profile profile) {
  profile.settings = {{"rx-usecs", 9}};
  return profile;
}

/// Calls `body` in a thread that sees a disk of so many pages at `folder`; the rest of the process
/// does not. False: that is not permitted here.
bool on_small_disk(const fs::path& folder, long pages, const std::function<void()>& body) {
  return std::async(std::launch::async,
                    [&] {
                      const auto size = fmt::format("size={}", pages * ::sysconf(_SC_PAGESIZE));
                      const bool there =
                          ::unshare(CLONE_NEWNS) == 0 &&
                          ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                          ::mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()) == 0;
                      if (there) body();
                      return there;
                    })
      .get();
}

/// One whose document takes that many pages.
Profile as_large_as(Profile profile, long pages) {
  const auto small = static_cast<long>(to_json(profile).size());
  const long missing = pages * ::sysconf(_SC_PAGESIZE) - small;
  profile.evidence.policy += std::string(static_cast<std::size_t>(missing), 'x');
  return profile;
}

template <typename T>
void check_refused(const Result<T>& outcome, const std::string& why, const std::string& remedy) {
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().fault == Fault::usage);
  CHECK_MESSAGE(outcome.error().message.find(why) != std::string::npos, outcome.error().message);
  CHECK_MESSAGE(outcome.error().remedy.find(remedy) != std::string::npos, outcome.error().remedy);
}

}  // namespace

TEST_CASE("a profile's file is named after class, name and match, in plain letters") {
  CHECK(installed_name(micro) == "micro-fast-igb-pf.json");
  CHECK(installed_name(plain_profile("a", "b", {.pci_id = "8086:10c9", .netdev = "eth0"})) ==
        "b-a-8086.10c9-eth0.json");
  CHECK(installed_name(plain_profile("../x y", ".h", {.driver = "d"})) == "_h-...x.y-d.json");
}

TEST_CASE("install puts profiles in place, chooses the class, and again changes nothing") {
  const Config config;
  REQUIRE(config.install({.profiles = {micro}, .stale_policy = "skip"}));
  CHECK(config.files() == Files{"class", "micro-fast-igb-pf.json", "stale"});
  CHECK(config.text("profiles.d/micro-fast-igb-pf.json") == to_json(micro));
  CHECK(config.text("class") == "micro\n");
  CHECK(config.text("stale") == "skip\n");
  const auto again = config.install({.profiles = {micro}});
  REQUIRE(again);
  for (const auto& note : *again)
    CHECK(note.ends_with(": there already"));
}

TEST_CASE("nobody else can write what is installed, whatever the umask") {
  const Config config;
  const mode_t before = ::umask(0);
  const auto installed = config.install({.profiles = {micro}});
  ::umask(before);
  REQUIRE(installed);
  CHECK(require_trusted(config.places.profiles() / "micro-fast-igb-pf.json"));
  CHECK(require_trusted(config.places.active_class()));
}

TEST_CASE("the class in force stays until another one is asked for") {
  const Config config;
  REQUIRE(config.install({.profiles = {micro}}));
  REQUIRE(config.install({.profiles = {macro}}));
  CHECK(config.text("class") == "micro\n");
  REQUIRE(config.install({.profiles = {macro}, .active_class = "macro"}));
  CHECK(config.text("class") == "macro\n");
}

TEST_CASE("a class that has lost its last profile is told, and does not stay in force") {
  const Config config;
  REQUIRE(config.install({.profiles = {micro, macro}, .active_class = "micro"}));
  const auto notes = config.uninstall({"fast"});
  REQUIRE(notes);
  CHECK_MESSAGE(notes->back().find("class 'micro' is in force, and has no profile any more") !=
                    std::string::npos,
                notes->back());
  const Profile other = plain_profile("other", "mini", {.driver = "igb"});
  check_refused(config.install({.profiles = {other}}), "macro, mini", "--class");
  CHECK(config.text("class") == "micro\n");
  REQUIRE(config.install({.profiles = {macro}}));
  CHECK(config.text("class") == "macro\n");
  // Another one of its class is left; or it is not in force.
  REQUIRE(config.install({.profiles = {micro, plain_profile("also", "macro", {.driver = "tun"})}}));
  for (const std::string name : {"also", "fast"})
    CHECK(config.uninstall({name}).value_or(Files{}).size() == 1);
}

TEST_CASE("the class of a profile that is broken stays in force") {
  const Config config;
  REQUIRE(config.install({.profiles = {micro}}));
  put(config.places.profiles() / "micro-fast-igb-pf.json", "{");
  REQUIRE(config.install({.profiles = {macro}}));
  CHECK(config.text("class") == "micro\n");
}

TEST_CASE("of several classes one has to be chosen, and it has to have a profile") {
  const Config config;
  check_refused(config.install({.profiles = {micro, macro}}), "macro, micro", "--class");
  check_refused(config.install({.profiles = {micro}, .active_class = "mini"}), "class 'mini'",
                "micro");
  check_refused(config.install({.profiles = {micro}, .stale_policy = "never"}), "never", "skip");
  CHECK(config.files().empty());
}

TEST_CASE("another profile of the same name is refused, and nothing is written") {
  const Config config;
  REQUIRE(config.install({.profiles = {micro}}));
  check_refused(config.install({.profiles = {macro, changed(micro)}}), "with other content",
                "--replace");
  CHECK(config.files() == Files{"class", "micro-fast-igb-pf.json"});
  CHECK(config.text("profiles.d/micro-fast-igb-pf.json") == to_json(micro));
  check_refused(config.install({.profiles = {macro, changed(macro)}, .active_class = "macro"}),
                "both 'wide'", "install the one");
}

TEST_CASE("replacing keeps the old profile, where no reader takes it for one") {
  const Config config;
  REQUIRE(config.install({.profiles = {micro}}));
  REQUIRE(config.install({.profiles = {changed(micro)}, .replace = true}));
  CHECK(config.text("profiles.d/micro-fast-igb-pf.json") == to_json(changed(micro)));
  CHECK(config.text("profiles.d/micro-fast-igb-pf.json.old") == to_json(micro));
  CHECK(read_installed(config.places.profiles(), known_to_tests, {}).profiles.size() == 1);
}

TEST_CASE("what fails in the middle is taken back") {
  const Config config;
  REQUIRE(config.install({.profiles = {micro}}));
  // The old one cannot be kept: a folder has its name.
  fs::create_directories(config.places.profiles() / "micro-fast-igb-pf.json.old/x");
  const auto failed = config.install({.profiles = {macro, changed(micro)}, .replace = true});
  CHECK_FALSE(failed);
  CHECK(config.text("profiles.d/macro-wide-igb-pf.json") == "(none)");
  CHECK(config.text("profiles.d/micro-fast-igb-pf.json") == to_json(micro));
  CHECK(config.text("class") == "micro\n");
}

TEST_CASE("on a disk that fills the profiles of before stay, each whole") {
  const Config config;
  const Profile large = as_large_as(micro, 3), small = as_large_as(macro, 1);
  // The new small one fits beside what is kept, the new large one does not, nor would the old.
  const bool ran = on_small_disk(config.folder.path(), 9, [&] {
    CHECK(config.install({.profiles = {large, small}, .active_class = "micro"}));
    const auto failed = config.install(
        {.profiles = {as_large_as(changed(micro), 1), as_large_as(changed(macro), 3)},
         .replace = true});
    CHECK_FALSE(failed);
    if (!failed)
      CHECK_MESSAGE(failed.error().message.find("No space left") != std::string::npos,
                    failed.error().message);
    CHECK((config.text("profiles.d/micro-fast-igb-pf.json") == to_json(large)));
    CHECK((config.text("profiles.d/macro-wide-igb-pf.json") == to_json(small)));
    CHECK(config.files() == Files{"class", "macro-wide-igb-pf.json", "micro-fast-igb-pf.json"});
  });
  if (!ran) fmt::print("SKIPPED: no disk can be mounted here (needs root)\n");
}

TEST_CASE("uninstall undoes all of it, and nothing else") {
  const Config config;
  REQUIRE(config.install({.profiles = {micro, macro}, .active_class = "micro"}));
  REQUIRE(config.install({.profiles = {changed(micro)}, .replace = true}));
  REQUIRE(config.uninstall());
  CHECK(config.files().empty());
  CHECK_FALSE(fs::exists(config.places.folder));
}

TEST_CASE("uninstall leaves what others have put there, and says so") {
  const Config config;
  REQUIRE(config.install({.profiles = {micro}}));
  put(config.places.profiles() / "by-hand.json", to_json(macro));
  put(config.places.profiles() / "broken.json", "{");
  put(config.places.folder / "links/lab.json", "{}");
  const auto notes = config.uninstall();
  REQUIRE(notes);
  CHECK(config.files() == Files{"broken.json", "by-hand.json", "lab.json"});
  for (const std::string name : {"by-hand.json", "broken.json"}) {
    bool told = false;
    for (const auto& note : *notes)
      told =
          told || (note.find(name) != std::string::npos && note.find("stays") != std::string::npos);
    CHECK_MESSAGE(told, name);
  }
}

TEST_CASE("one profile is uninstalled by its name or by its file's") {
  for (const std::string name : {"fast", "micro-fast-igb-pf", "micro-fast-igb-pf.json"}) {
    const Config config;
    REQUIRE(config.install({.profiles = {micro, macro}, .active_class = "macro"}));
    REQUIRE(config.uninstall({name}));
    CHECK(config.files() == Files{"class", "macro-wide-igb-pf.json"});
    check_refused(config.uninstall({name}), "no profile '" + name, "macro-wide-igb-pf.json");
  }
}
