// SPDX-License-Identifier: Apache-2.0
// What is installed, on real netdevs: three taps in a network namespace.
#include "boot/installed_profile.hpp"
#include "knobs/own_namespace.hpp"
#include "loopback/lab.hpp"

namespace moderato {
namespace {

/// A host whose taps have profiles of two classes; micro is in force.
struct Host {
  Host() {
    for (const char* netdev : {"t1", "t2"})
      REQUIRE(succeeds({"ip", "-n", name(), "tuntap", "add", "dev", netdev, "mode", "tap"}));
    add("fast", "micro", 7);
    add("wide", "macro", 40);
    put(config() / "class", "micro\n");
  }
  static std::string name() { return fmt::format("moderato-boot-{}", ::getpid()); }
  fs::path config() const { return folder.path() / "etc"; }

  void add(const std::string& profile, const std::string& workload_class, int frames,
           const Match& match = {.driver = "tun"}) const {
    put(config() / "profiles.d",
        plain_profile(profile, workload_class, match, {{"rx-frames", frames}}));
  }
  RunResult run(std::vector<std::string> words,
                std::map<std::string, std::string> environment = {}) const {
    words.insert(words.begin(), {"ip", "netns", "exec", name()});
    environment["MODERATO_CONFIG_DIR"] = config();
    environment["MODERATO_STATE_DIR"] = folder.path() / "state";
    auto ran = moderato::run({words, environment}, {});
    REQUIRE(ran);
    INFO(ran->err);
    return *ran;
  }
  int apply(std::vector<std::string> words) const {
    words.insert(words.begin(), {moderato_binary, "apply"});
    return run(words).status;
  }
  int script(const std::string& script, const std::string& constraint,
             const std::string& path) const {
    return run({"sh", MODERATO_SOURCE_DIR "/profiles/boot/" + script},
               {{"SLURM_JOB_ID", "1"}, {"SLURM_JOB_CONSTRAINTS", constraint}, {"PATH", path}})
        .status;
  }
  /// "7 7 7", as ethtool says.
  std::string frames() const {
    std::string all;
    for (const char* netdev : {"t0", "t1", "t2"}) {
      const std::string shown = run({"ethtool", "-c", netdev}).out;
      const auto begin = shown.find("rx-frames: ") + std::string("rx-frames: ").size();
      all += (all.empty() ? "" : " ") + shown.substr(begin, shown.find('\n', begin) - begin);
    }
    return all;
  }

  OwnNamespace own{"boot"};
  TemporaryFolder folder;
};

const std::string usual_path = "/usr/sbin:/usr/bin:/sbin:/bin";
const std::string with_moderato = MODERATO_BINARY_DIR "/bin:" + usual_path;

}  // namespace

TEST_CASE("a boot gives every netdev its profile, and a switch of classes the other one's") {
  if (!lab_possible()) return;
  const Host host;
  CHECK(host.apply({"--boot"}) == 0);
  CHECK(host.frames() == "7 7 7");
  CHECK(host.apply({"--class", "macro"}) == 0);
  CHECK(host.frames() == "40 40 40");
  CHECK(host.apply({"--boot", "--netdev", "t1"}) == 0);
  CHECK(host.frames() == "40 7 40");
  CHECK(host.apply({"--class", "macro", "--set-default"}) == 0);
  CHECK(host.apply({"--boot"}) == 0);
  CHECK(host.frames() == "40 40 40");
  CHECK(snapshot_documents(host.folder.path() / "state") == 0);
}

TEST_CASE("a netdev without a clear profile is left alone, and a boot says so by its status") {
  if (!lab_possible()) return;
  const Host host;
  host.add("one", "micro", 11, {.driver = "tun", .netdev = "t0"});
  host.add("two", "micro", 12, {.kind = "virtual", .netdev = "t0"});
  CHECK(host.apply({"--boot"}) == 2);
  CHECK(host.frames() == "0 7 7");
  CHECK(host.apply({"--boot", "--stale", "skip"}) == 2);
  fs::remove(host.config() / "profiles.d/two.json");
  CHECK(host.apply({"--boot", "--stale", "skip"}) == 3);
  CHECK(host.frames() == "0 7 7");
}

TEST_CASE("moderato runs with the one capability that its unit leaves it") {
  if (!lab_possible()) return;
  const Host host;
  const auto ran = host.run({"setpriv", "--bounding-set=-all,+net_admin", "--no-new-privs",
                             moderato_binary, "apply", "--boot"});
  CHECK_MESSAGE(ran.status == 0, ran.err);
  CHECK(host.frames() == "7 7 7");
}

TEST_CASE("the prolog of a job switches to its class, and the epilog back") {
  if (!lab_possible()) return;
  const Host host;
  CHECK(host.apply({"--boot"}) == 0);
  CHECK(host.script("slurm-prolog.sh", "gpu&moderato_macro", with_moderato) == 0);
  CHECK(host.frames() == "40 40 40");
  CHECK(host.script("slurm-epilog.sh", "gpu&moderato_macro", with_moderato) == 0);
  CHECK(host.frames() == "7 7 7");
  CHECK(host.script("slurm-prolog.sh", "gpu", with_moderato) == 0);
  CHECK(host.frames() == "7 7 7");
}

TEST_CASE("a job starts whatever becomes of its class") {
  if (!lab_possible()) return;
  const Host host;
  for (const char* constraint : {"moderato_unknown", "moderato_$(reboot)", "moderato_"})
    CHECK(host.script("slurm-prolog.sh", constraint, with_moderato) == 0);
  CHECK(host.frames() == "0 0 0");
  // Without the program, as well.
  CHECK(host.script("slurm-prolog.sh", "moderato_macro", usual_path) == 0);
  CHECK(host.script("slurm-epilog.sh", "moderato_macro", usual_path) == 0);
}

}  // namespace moderato
