// SPDX-License-Identifier: Apache-2.0
#include "boot/status.hpp"

#include <doctest/doctest.h>

#include "boot/installed_profile.hpp"
#include "temporary_folder.hpp"

namespace moderato {
namespace {

KnobState knob(const std::string& id, std::int64_t value) {
  KnobState state;
  state.knob = id;
  state.value = value;
  return state;
}

Device nic(const std::string& netdev, const Settings& settings = {{"rx-usecs", 8}}) {
  Device device{.netdev = netdev, .driver = "igb", .kind = DeviceKind::pf, .mtu = 1500};
  device.driver_version = "1.0";
  for (const auto& [id, value] : settings)
    device.knobs.push_back(knob(id, value));
  return device;
}

/// Sets rx-usecs 8, found on nic().
Profile profile_for(const std::string& workload_class, const Match& match = {.driver = "igb"},
                    const Settings& settings = {{"rx-usecs", 8}}) {
  static int count = 0;
  Profile profile = plain_profile("p" + std::to_string(++count), workload_class, match, settings);
  profile.fingerprint = fingerprint_of(nic("any"), "6.1.0");
  return profile;
}

std::vector<StatusRow> status(const std::vector<Device>& devices,
                              const std::vector<Profile>& profiles,
                              const StatusQuestion& question = {{}, "micro"}) {
  Installed installed;
  for (const Profile& profile : profiles)
    installed.profiles.push_back({"/etc/moderato/profiles.d/" + profile.name + ".json", profile});
  HostReport report{.host = "node7", .kernel = "6.1.0", .devices = devices, .rdma = {}};
  return status_of(report, installed, question);
}

StatusRow only(const std::vector<StatusRow>& rows) {
  REQUIRE(rows.size() == 1);
  return rows.front();
}

}  // namespace

TEST_CASE("a NIC with the values of its profile is current") {
  const StatusRow row = only(status({nic("eth2")}, {profile_for("micro")}));
  CHECK(row.state == ProfileState::current);
  CHECK(row.host == "node7");
  CHECK(row.netdev == "eth2");
  CHECK(row.active);
  CHECK(row.differed.empty());
}

TEST_CASE("a NIC with another value differs, and the knob is named with both values") {
  const StatusRow row =
      only(status({nic("eth2", {{"rx-usecs", 3}, {"rx-frames", 1}})}, {profile_for("micro")}));
  CHECK(row.state == ProfileState::differs);
  REQUIRE(row.differed.size() == 1);
  CHECK(row.differed[0].knob == "rx-usecs");
  CHECK(row.differed[0].wanted == 8);
  CHECK(row.differed[0].now == 3);
}

TEST_CASE("a NIC that has lost a knob of its profile differs") {
  const StatusRow row = only(status({nic("eth2", {{"rx-frames", 1}})}, {profile_for("micro")}));
  CHECK(row.state == ProfileState::differs);
  CHECK(row.problem == "the device has no rx-usecs, which the profile sets");
}

TEST_CASE("a changed fingerprint makes it stale, and the change is named") {
  Device device = nic("eth2", {{"rx-usecs", 3}});
  device.driver_version = "2.0";
  const StatusRow row = only(status({device}, {profile_for("micro")}));
  CHECK(row.state == ProfileState::stale);
  CHECK(row.stale == std::vector<std::string>{"driver_version: 1.0 -> 2.0"});
  CHECK(row.differed.size() == 1);
}

TEST_CASE("no profile of the class, or two that match equally well, is none") {
  CHECK(only(status({nic("eth2")}, {})).state == ProfileState::none);
  CHECK(only(status({nic("eth2")}, {profile_for("micro", {.driver = "ice"})})).state ==
        ProfileState::none);
  const StatusRow row =
      only(status({nic("eth2")}, {profile_for("micro"), profile_for("micro", {.kind = "pf"})}));
  CHECK(row.state == ProfileState::none);
  CHECK(row.problem.find("match equally well") != std::string::npos);
}

TEST_CASE("other classes are shown where they have a profile, and do not count") {
  const auto rows =
      status({nic("eth2")},
             {profile_for("micro"), profile_for("macro", {.kind = "pf"}, {{"rx-usecs", 99}})});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].workload_class == "micro");
  CHECK(rows[1].workload_class == "macro");
  CHECK_FALSE(rows[1].active);
  CHECK(rows[1].state == ProfileState::differs);
  CHECK(worst_of(rows) == ProfileState::current);
}

TEST_CASE("values that a mode moves are not compared; a mode that overrides the profile differs") {
  const Device adaptive = nic("eth2", {{"rx-usecs", 3}, {"adaptive-rx", 1}});
  CHECK(only(status({adaptive}, {profile_for("micro")})).state == ProfileState::current);
  Profile improved = profile_for("micro");
  improved.outcome = Outcome::improved;
  const StatusRow row = only(status({adaptive}, {improved}));
  CHECK(row.state == ProfileState::differs);
  REQUIRE(row.differed.size() == 1);
  CHECK(row.differed[0].knob == "adaptive-rx");
}

TEST_CASE("devices without bus and without knobs are left out, unless a profile is for them") {
  Device bridge = nic("br0");
  bridge.kind = DeviceKind::virtual_device;
  bridge.driver = "bridge";
  const Device bare = nic("eth9", {});
  CHECK(only(status({bridge, nic("eth2"), bare}, {})).netdev == "eth2");
  CHECK(status({bridge}, {profile_for("micro", {.netdev = "br0"})}).size() == 1);
  CHECK(only(status({bridge, nic("eth2")}, {}, {{"br0"}, "micro"})).netdev == "br0");
}

TEST_CASE("of several NICs the worst counts: none, stale, differs, current") {
  Device stale = nic("eth3");
  stale.driver_version = "2.0";
  const Device other = nic("eth4", {{"rx-usecs", 1}});
  Device foreign = nic("eth5");
  foreign.driver = "ice";
  const Profile profile = profile_for("micro");
  CHECK(worst_of({}) == ProfileState::none);
  CHECK(worst_of(status({nic("eth2")}, {profile})) == ProfileState::current);
  CHECK(worst_of(status({nic("eth2"), other}, {profile})) == ProfileState::differs);
  CHECK(worst_of(status({stale, other, nic("eth2")}, {profile})) == ProfileState::stale);
  CHECK(worst_of(status({nic("eth2"), foreign, stale}, {profile})) == ProfileState::none);
}

TEST_CASE("who sets a knob that differs is named; who sets another one is not") {
  const TemporaryFolder disk;
  put(disk.path() / "etc/systemd/network/10-nic.link",
      "[Match]\nOriginalName=eth2\n[Link]\nRxCoalesceSec=3us\nTxCoalesceSec=5us\n");
  const std::vector<Device> devices{nic("eth2", {{"rx-usecs", 3}}), nic("eth3")};
  auto rows = status(devices, {profile_for("micro")});
  REQUIRE(rows.size() == 2);
  find_writers(rows, {.host = "node7", .kernel = "6.1.0", .devices = devices, .rdma = {}},
               disk.path());
  CHECK(rows[0].writers == std::vector<OtherWriter>{{"systemd", "/etc/systemd/network/10-nic.link",
                                                     "rx-usecs", "3us", true}});
  CHECK(rows[1].writers.empty());
}

}  // namespace moderato
