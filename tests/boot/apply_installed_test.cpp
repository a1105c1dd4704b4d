// SPDX-License-Identifier: Apache-2.0
#include "boot/apply_installed.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/guard_bench.hpp"
#include "boot/installed_profile.hpp"
#include "eventually.hpp"
#include "waiting.hpp"

using namespace moderato;

namespace {

using Clock = std::chrono::steady_clock;
using Outcomes = std::vector<NetdevOutcome>;

const Settings tuned{{"rx-usecs", 8}, {"rx-frames", 1}};

/// A host with eth0 and eth1, and profiles in memory, as they would be read.
struct Site {
  explicit Site(Character of_eth0 = {}, const Settings& start = GuardBench::start())
      : bench(std::move(of_eth0), start) {}

  BootHost host() const {
    return {.access = [this] { return bench.access(); },
            .devices =
                [this](const std::string& netdev) {
                  auto devices = fake_discover(bench.nic()).devices;
                  std::erase_if(devices, [&](const Device& device) {
                    return !netdev.empty() && device.netdev != netdev;
                  });
                  return devices;
                },
            .kernel = "6.1.0",
            .state_dir = bench.state_dir(),
            .run_dir = run_dir.path()};
  }
  void add(const std::string& name, const std::string& workload_class, const Match& match,
           const Settings& settings = tuned) {
    Profile profile = plain_profile(name, workload_class, match, settings);
    profile.fingerprint = fingerprint_of(bench.device().facts, "6.1.0");
    installed.profiles.push_back({name + ".json", profile});
  }
  Outcomes run(const BootRun& run = {.workload_class = "micro"}) const {
    return apply_installed(installed, run, host());
  }
  /// A run that is killed as soon as `condition` holds.
  void run_killed(const std::function<bool()>& condition) const {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      (void)run();
      ::_exit(0);
    }
    const bool held = eventually(std::chrono::seconds(60), condition);
    ::kill(child, SIGKILL);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    REQUIRE(held);
  }
  void change_eth1(const std::function<void(FakeDevice&)>& how) const {
    bench.file.change([&](FakeHost& host) { how(host.devices.at(1)); });
  }
  bool is_set(const std::string& netdev, const Settings& settings = tuned) const {
    Settings wanted = settings;
    const Settings now = bench.settings(netdev);
    wanted.insert(now.begin(), now.end());
    return now == wanted;
  }
  bool untouched(const std::string& netdev) const {
    return true_settings(bench.device(netdev)) == GuardBench::start();
  }
  std::size_t snapshots() const { return bench.store().load().value().size(); }

  GuardBench bench;
  TemporaryFolder run_dir;
  Installed installed;
};

struct SiteWithProfile : Site {
  SiteWithProfile() { add("nics", "micro", {.driver = "mlx5_core"}); }
};

/// What became of eth0 and eth1.
void check_ends(const Outcomes& outcomes, NetdevEnd eth0, NetdevEnd eth1) {
  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[0].netdev == "eth0");
  CHECK(outcomes[1].netdev == "eth1");
  CHECK(static_cast<int>(outcomes[0].end) == static_cast<int>(eth0));
  CHECK(static_cast<int>(outcomes[1].end) == static_cast<int>(eth1));
}

}  // namespace

TEST_CASE(
    "every netdev gets the profile of the class, in one request each, and no snapshot stays") {
  SiteWithProfile site;
  site.add("others", "macro", {.driver = "mlx5_core"}, {{"rx-usecs", 100}});
  const Outcomes outcomes = site.run();
  check_ends(outcomes, NetdevEnd::set, NetdevEnd::set);
  CHECK(outcomes[0].profile == "nics.json");
  CHECK(outcomes[0].differed.size() == 2);
  for (const char* netdev : {"eth0", "eth1"}) {
    CHECK(site.is_set(netdev));
    CHECK(site.bench.writes(netdev) == std::vector<Settings>{tuned});
  }
  CHECK(site.snapshots() == 0);
}

TEST_CASE("where the settings stand already nothing is written") {
  const SiteWithProfile site;
  (void)site.run();
  const auto before = site.bench.writes();
  check_ends(site.run(), NetdevEnd::as_wanted, NetdevEnd::as_wanted);
  CHECK(site.bench.writes() == before);
}

TEST_CASE("a run that was killed half-way is completed by the next") {
  const SiteWithProfile site;
  site.bench.foreign_write(tuned);
  check_ends(site.run(), NetdevEnd::as_wanted, NetdevEnd::set);
  CHECK(site.is_set("eth1"));
}

TEST_CASE("another class brings its own values") {
  SiteWithProfile site;
  const Settings macro{{"rx-usecs", 100}, {"rx-frames", 64}};
  site.add("others", "macro", {.driver = "mlx5_core"}, macro);
  (void)site.run();
  check_ends(site.run({.workload_class = "macro"}), NetdevEnd::set, NetdevEnd::set);
  CHECK(site.is_set("eth0", macro));
  CHECK(site.is_set("eth1", macro));
}

TEST_CASE("a knob that only the class before has set gets back what it had") {
  SiteWithProfile site;
  site.add("others", "macro", {.driver = "mlx5_core"},
           {{"rx-usecs", 100}, {"gro-flush-timeout", 20000}});
  const BootRun micro{.workload_class = "micro"}, macro{.workload_class = "macro"};
  (void)site.run(micro);
  check_ends(site.run(macro), NetdevEnd::set, NetdevEnd::set);
  CHECK(site.is_set("eth0", {{"rx-usecs", 100}, {"rx-frames", 44}, {"gro-flush-timeout", 20000}}));
  check_ends(site.run(micro), NetdevEnd::set, NetdevEnd::set);
  INFO(describe(site.bench.settings("eth1")));
  CHECK(site.is_set("eth1", {{"rx-usecs", 8}, {"rx-frames", 1}, {"gro-flush-timeout", 0}}));
  check_ends(site.run(micro), NetdevEnd::as_wanted, NetdevEnd::as_wanted);
}

TEST_CASE("a run that is killed between the writes and its end has lost no original") {
  SiteWithProfile site;
  site.add("others", "macro", {.driver = "mlx5_core"}, {{"rx-usecs", 100}});
  site.change_eth1([](FakeDevice& device) { device.character.slow_ms = 600'000; });
  site.run_killed([&] { return !site.bench.writes("eth1").empty(); });
  site.change_eth1([](FakeDevice& device) { device.character.slow_ms = 0; });
  check_ends(site.run(), NetdevEnd::as_wanted, NetdevEnd::as_wanted);
  check_ends(site.run({.workload_class = "macro"}), NetdevEnd::set, NetdevEnd::set);
  CHECK(site.is_set("eth0", {{"rx-usecs", 100}, {"rx-frames", 44}}));
  CHECK(site.is_set("eth1", {{"rx-usecs", 100}, {"rx-frames", 44}}));
}

TEST_CASE("a class that a netdev does not take leaves the originals of the class before") {
  Site site({.rejects = {{"rx-usecs", 100, 100, "not a hundred"}}});
  site.add("nics", "micro", {.driver = "mlx5_core"});
  site.add("others", "macro", {.driver = "mlx5_core"}, {{"rx-usecs", 100}});
  site.add("third", "network", {.driver = "mlx5_core"}, {{"gro-flush-timeout", 20000}});
  (void)site.run();
  check_ends(site.run({.workload_class = "macro"}), NetdevEnd::failed, NetdevEnd::set);
  CHECK(site.is_set("eth0"));
  check_ends(site.run({.workload_class = "network"}), NetdevEnd::set, NetdevEnd::set);
  for (const char* netdev : {"eth0", "eth1"})
    CHECK(site.is_set(netdev, {{"rx-usecs", 16}, {"rx-frames", 44}, {"gro-flush-timeout", 20000}}));
}

TEST_CASE("where the originals cannot be saved nothing is written, and each netdev says why") {
  const SiteWithProfile site;
  const auto in = here().network_namespace;
  const auto record = fmt::format("originals-{}", in.initial ? 0 : in.inode);
  std::filesystem::create_directories(site.run_dir.path() / record / "x");
  const Outcomes outcomes = site.run();
  check_ends(outcomes, NetdevEnd::failed, NetdevEnd::failed);
  CHECK_MESSAGE(outcomes[0].why->message.find(record) != std::string::npos,
                outcomes[0].why->message);
  CHECK(site.bench.writes().empty());
  CHECK(site.untouched("eth1"));
}

TEST_CASE("a knob that others have set since stays as they set it") {
  SiteWithProfile site;
  site.add("others", "macro", {.driver = "mlx5_core"}, {{"rx-usecs", 100}});
  (void)site.run();
  site.bench.foreign_write({{"rx-frames", 5}});
  (void)site.run({.workload_class = "macro"});
  CHECK(site.is_set("eth0", {{"rx-usecs", 100}, {"rx-frames", 5}}));
  CHECK(site.is_set("eth1", {{"rx-usecs", 100}, {"rx-frames", 44}}));
}

TEST_CASE("an ambiguous netdev is left alone and named, and the others get theirs") {
  SiteWithProfile site;
  site.add("a", "micro", {.driver = "mlx5_core", .netdev = "eth0"});
  site.add("b", "micro", {.kind = "pf", .netdev = "eth0"});
  const Outcomes outcomes = site.run();
  check_ends(outcomes, NetdevEnd::ambiguous, NetdevEnd::set);
  CHECK(outcomes[0].profile == "a.json and b.json match equally well");
  CHECK(site.bench.writes().empty());
}

TEST_CASE("a netdev that no profile of the class matches is left alone") {
  SiteWithProfile site;
  site.change_eth1([](FakeDevice& device) { device.facts.driver = "ice"; });
  check_ends(site.run(), NetdevEnd::set, NetdevEnd::no_profile);
  CHECK(site.bench.writes("eth1").empty());
}

TEST_CASE("one netdev is asked for: the others are not looked at") {
  const SiteWithProfile site;
  const Outcomes outcomes = site.run({.workload_class = "micro", .netdev = "eth1"});
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].netdev == "eth1");
  CHECK(site.bench.device("eth0").reads == 0);
  CHECK(site.is_set("eth1"));
  CHECK(site.run({.workload_class = "micro", .netdev = "eth7"}).empty());
}

TEST_CASE("a stale profile is applied, or skipped, as the policy says") {
  for (const auto policy : {StalePolicy::apply, StalePolicy::warn, StalePolicy::skip}) {
    const SiteWithProfile site;
    site.change_eth1([](FakeDevice& device) { device.facts.firmware = "99.1"; });
    const Outcomes outcomes = site.run({.workload_class = "micro", .stale = policy});
    const bool skip = policy == StalePolicy::skip;
    check_ends(outcomes, NetdevEnd::set, skip ? NetdevEnd::skipped : NetdevEnd::set);
    CHECK(outcomes[0].stale.empty());
    CHECK(outcomes[1].stale == std::vector<std::string>{"firmware: 16.35.1012 -> 99.1"});
    CHECK(site.is_set("eth1") != skip);
  }
}

TEST_CASE("speed and MTU, which a boot configures later, make nothing stale") {
  const SiteWithProfile site;
  site.change_eth1([](FakeDevice& device) {
    device.facts.mtu = 9000;
    device.facts.speed_mbps = 10;
  });
  check_ends(site.run({.workload_class = "micro", .stale = StalePolicy::skip}), NetdevEnd::set,
             NetdevEnd::set);
}

TEST_CASE("a netdev that fails has what it had, and the others get theirs") {
  struct Failure {
    Character character;
    std::string reason;
  };
  for (const auto& [character, reason] : std::vector<Failure>{
           {{.rejects = {{"rx-usecs", 8, 8, "not eight"}}}, "not eight"},
           {{.fails_after = 0}, "Input/output error"},
           {{.rounds = {{"rx-usecs", 16}}}, "the driver took rx-usecs = 8 but shows 0"},
           {{.ignores = {"rx-frames"}}, "the driver took rx-frames = 1 but shows 44"}}) {
    CAPTURE(reason);
    Site site(character);
    site.add("nics", "micro", {.driver = "mlx5_core"});
    const Outcomes outcomes = site.run();
    check_ends(outcomes, NetdevEnd::failed, NetdevEnd::set);
    REQUIRE(outcomes[0].why);
    CHECK_MESSAGE(outcomes[0].why->message.find(reason) != std::string::npos,
                  outcomes[0].why->message);
    CHECK(site.untouched("eth0"));
    CHECK(site.is_set("eth1"));
    CHECK(site.snapshots() == 0);
  }
}

TEST_CASE("a device that goes in the middle fails alone") {
  const SiteWithProfile site;
  site.change_eth1([](FakeDevice& device) { device.character.gone_after = 0; });
  const Outcomes outcomes = site.run();
  check_ends(outcomes, NetdevEnd::set, NetdevEnd::failed);
  CHECK(outcomes[1].why->message.find("No such device") != std::string::npos);
}

TEST_CASE("what reads back as a value that the device refuses is set as it was measured") {
  Site site({.rejects = {{"rx-usecs", 1, 1, "no"}}, .clamps = {{"rx-usecs", {1, 1000}}}});
  site.add("nics", "micro", {.driver = "mlx5_core"}, {{"rx-usecs", 1}, {"rx-frames", 1}});
  Profile& profile = site.installed.profiles.front().profile;
  profile = proven_by({{"rx-usecs", 0}, {"rx-frames", 1}}, profile);
  check_ends(site.run(), NetdevEnd::set, NetdevEnd::set);
  CHECK(site.is_set("eth0", {{"rx-usecs", 1}, {"rx-frames", 1}}));
  CHECK(site.snapshots() == 0);
  check_ends(site.run(), NetdevEnd::as_wanted, NetdevEnd::as_wanted);
}

TEST_CASE("an original that shows for 0, and that the driver does not take, goes back as 0") {
  Settings start = GuardBench::start();
  start["rx-usecs"] = 1;
  Site site({.rejects = {{"rx-usecs", 1, 1, "no"}}, .clamps = {{"rx-usecs", {1, 1000}}}}, start);
  site.change_eth1([](FakeDevice& device) { device.facts.driver = "ice"; });
  site.add("nics", "micro", {.driver = "mlx5_core"});
  site.add("others", "macro", {.driver = "mlx5_core"}, {{"rx-frames", 7}});
  check_ends(site.run(), NetdevEnd::set, NetdevEnd::no_profile);
  check_ends(site.run({.workload_class = "macro"}), NetdevEnd::set, NetdevEnd::no_profile);
  CHECK(site.is_set("eth0", {{"rx-usecs", 1}, {"rx-frames", 7}}));
  CHECK(site.bench.writes("eth0").back() == Settings{{"rx-frames", 7}, {"rx-usecs", 0}});
  CHECK(site.snapshots() == 0);
}

TEST_CASE("what does not go back is told, with the snapshot kept") {
  Site site({.fails_after = 1});
  site.add("nics", "micro", {.driver = "mlx5_core"},
           {{"adaptive-rx", 1}, {"tx-usecs", 3}, {"rx-usecs", 8}});
  site.bench.change([](FakeDevice& device) { device.settings["tx-usecs"] = 2; });
  site.change_eth1([](FakeDevice& device) { device.facts.driver = "ice"; });
  const Outcomes outcomes = site.run();
  check_ends(outcomes, NetdevEnd::failed, NetdevEnd::no_profile);
  CHECK(outcomes[0].why->message.find("putting it back failed") != std::string::npos);
  CHECK(outcomes[0].why->remedy == "`moderato restore` tries again");
  CHECK(site.snapshots() == 1);
}

TEST_CASE("what a batch has moved goes back as far as it can, and the rest by a restore") {
  Site site({.rounds = {{"rx-usecs", 16}}, .refuses_its_default = {"rx-usecs"}});
  site.add("nics", "micro", {.driver = "mlx5_core"});
  const Outcomes outcomes = site.run();
  check_ends(outcomes, NetdevEnd::failed, NetdevEnd::set);
  CHECK_MESSAGE(outcomes[0].why->message.find("putting it back failed") != std::string::npos,
                outcomes[0].why->message);
  CHECK(outcomes[0].why->remedy == "`moderato restore` tries again");
  CHECK(site.is_set("eth0", {{"rx-usecs", 0}, {"rx-frames", 44}}));
  CHECK(site.snapshots() == 1);

  site.bench.change([](FakeDevice& device) { device.character = {}; });
  require(recover_at_boot(site.host()));
  CHECK(site.untouched("eth0"));
  CHECK(site.snapshots() == 0);
}

TEST_CASE("a driver that is busy for a moment gets its settings back, and no snapshot stays") {
  Site site({.rounds = {{"rx-usecs", 16}}, .fails_after = 1, .fails_until = 3});
  site.add("nics", "micro", {.driver = "mlx5_core"});
  check_ends(site.run(), NetdevEnd::failed, NetdevEnd::set);
  CHECK(site.untouched("eth0"));
  CHECK(site.snapshots() == 0);
}

TEST_CASE("a run that is killed while it takes a batch back leaves the snapshot for the next" *
          waiting) {
  Site site({.rounds = {{"rx-usecs", 16}}});
  site.add("nics", "micro", {.driver = "mlx5_core"});
  site.bench.change([](FakeDevice& device) {
    device.character.fails_after = 1;
    device.character.slow_ms = 500;
  });
  site.run_killed([&] { return site.bench.writes().size() >= 2; });
  CHECK(site.snapshots() == 1);
  site.bench.change([](FakeDevice& device) { device.character = {}; });
  require(recover_at_boot(site.host()));
  CHECK(site.untouched("eth0"));
}

TEST_CASE("a profile that changes a mode sets the mode before the values") {
  Settings start = GuardBench::start();
  start["adaptive-rx"] = 1;
  Site site({.mode_resets = {{"adaptive-rx", {{"rx-usecs", 3}}}}}, start);
  const Settings wanted{{"adaptive-rx", 0}, {"rx-usecs", 8}};
  site.add("nics", "micro", {.driver = "mlx5_core"}, wanted);
  check_ends(site.run(), NetdevEnd::set, NetdevEnd::set);
  CHECK(site.is_set("eth0", wanted));
  CHECK(site.bench.writes().front() == Settings{{"adaptive-rx", 0}});
  CHECK(site.snapshots() == 0);
}

TEST_CASE(
    "a knob that the device does not have fails with the reason, before anything is written") {
  Site site;
  site.add("nics", "micro", {.driver = "mlx5_core"}, {{"rx-usecs", 8}, {"tx-usecs", 1}});
  const Outcomes outcomes = site.run();
  check_ends(outcomes, NetdevEnd::failed, NetdevEnd::failed);
  CHECK(outcomes[0].why->message.starts_with("tx-usecs of eth0 has no value"));
  CHECK(site.bench.writes().empty());
}

TEST_CASE("a device that a study holds is refused, and the others get theirs") {
  const SiteWithProfile site;
  Guard study = site.bench.guard();
  require(study.arm("eth0", rx_knobs));
  const Outcomes outcomes = site.run();
  check_ends(outcomes, NetdevEnd::failed, NetdevEnd::set);
  CHECK(outcomes[0].why->message.find("eth0 is in use by ") != std::string::npos);
  CHECK(site.bench.writes().empty());
}

TEST_CASE("what an interrupted study left is put back first, and then the profile is applied") {
  const SiteWithProfile site;
  const Here now = here();
  { REQUIRE(site.bench.store().lock("eth0", now.network_namespace, "x")); }
  const std::string mac = site.bench.device().facts.mac;
  REQUIRE(site.bench.store().save(
      {"eth0", mac, now.boot_id, now.network_namespace, {{"tx-usecs", 3}}, "2024"}));
  site.bench.change([](FakeDevice& device) { device.settings["tx-usecs"] = 50; });
  const Outcomes early = site.run();
  check_ends(early, NetdevEnd::failed, NetdevEnd::set);
  CHECK(early[0].why->remedy == "run `moderato restore` first");
  const auto notes = recover_at_boot(site.host());
  require(notes);
  CHECK(*notes == std::vector<std::string>{"eth0: put back to the settings of 2024"});
  CHECK(site.bench.settings().at("tx-usecs") == 3);
  check_ends(site.run(), NetdevEnd::set, NetdevEnd::as_wanted);
  CHECK(site.is_set("eth0"));
}

TEST_CASE("at boot the snapshot of a device that is not here yet is kept") {
  const Site site;
  const Here now = here();
  { REQUIRE(site.bench.store().lock("eth5", now.network_namespace, "x")); }
  for (const auto& [netdev, mac] : {std::pair("eth5", "02:00:00:00:00:05"), {"eth0", "other"}})
    REQUIRE(site.bench.store().save(
        {netdev, mac, "an earlier boot", {.inode = 1, .initial = true}, {{"rx-usecs", 3}}, "x"}));
  const auto notes = recover_at_boot(site.host());
  require(notes);
  CHECK(notes->size() == 2);
  CHECK(site.snapshots() == 2);
  CHECK(site.untouched("eth0"));
}

TEST_CASE("past the deadline nothing is written, and each netdev that was due says so") {
  const SiteWithProfile site;
  const Outcomes outcomes = site.run({.workload_class = "micro", .deadline = Clock::now()});
  check_ends(outcomes, NetdevEnd::failed, NetdevEnd::failed);
  CHECK(outcomes[0].why->message == "not reached before the deadline");
  CHECK(site.bench.writes().empty());
  CHECK(site.bench.writes("eth1").empty());
}

TEST_CASE("a dry run tells what differs, and writes neither settings nor locks") {
  const SiteWithProfile site;
  const Outcomes outcomes = site.run({.workload_class = "micro", .dry_run = true});
  check_ends(outcomes, NetdevEnd::set, NetdevEnd::set);
  CHECK(outcomes[0].differed.size() == 2);
  CHECK(site.bench.writes().empty());
  CHECK_FALSE(std::filesystem::exists(site.bench.state_dir()));
}

TEST_CASE("one run at a time: the next waits until its deadline, and then says so") {
  const Site site;
  {
    const auto first = lock_boot_runs(site.bench.state_dir(), Clock::now());
    require(first);
    const auto second = lock_boot_runs(site.bench.state_dir(), Clock::now());
    REQUIRE_FALSE(second);
    CHECK(second.error().message.find("another run") != std::string::npos);
  }
  require(lock_boot_runs(site.bench.state_dir(), Clock::now()));
}

TEST_CASE("nobody else can write the state folder that the first run makes, whatever the umask") {
  const Site site;
  const mode_t before = ::umask(0);
  const auto lock = lock_boot_runs(site.bench.state_dir(), Clock::now());
  ::umask(before);
  require(lock);
  struct stat info {};
  REQUIRE(::stat(site.bench.state_dir().c_str(), &info) == 0);
  CHECK((info.st_mode & 022) == 0);
}

TEST_CASE("a snapshot that cannot be read keeps its own netdev from its profile, and no other") {
  const SiteWithProfile site;
  { REQUIRE(site.bench.store().lock("eth0", here().network_namespace, "x")); }
  const auto file = site.bench.store().document(
      {.netdev = "eth0", .network_namespace = here().network_namespace});
  REQUIRE(write_file_durably(file, "{"));
  CHECK(message_of(recover_at_boot(site.host())).find(file.string()) != std::string::npos);
  const Outcomes outcomes = site.run();
  check_ends(outcomes, NetdevEnd::failed, NetdevEnd::set);
  CHECK(outcomes[0].why->message.find(file.string()) != std::string::npos);
  CHECK(site.bench.writes().empty());
}

TEST_CASE("a renamed netdev that waits for a restore gets no profile before") {
  const SiteWithProfile site;
  {
    Guard killed = site.bench.guard();
    require(killed.arm("eth0", rx_knobs));
    site.bench.change([](FakeDevice& device) { device.facts.netdev = "nic0"; });
    const Outcomes outcomes = site.run();
    REQUIRE(outcomes.size() == 2);
    CHECK(outcomes[0].end == NetdevEnd::failed);
    CHECK(outcomes[1].end == NetdevEnd::set);
  }
  CHECK(site.bench.settings("nic0") == GuardBench::start());
}
