// SPDX-License-Identifier: Apache-2.0
#include "boot/other_writers.hpp"

#include <doctest/doctest.h>

#include "boot/installed_profile.hpp"
#include "temporary_folder.hpp"

namespace moderato {
namespace {

/// The files of a host, below a folder of its own.
struct Disk {
  TemporaryFolder folder;

  void add(const std::string& file, const std::string& text) const {
    put(folder.path() / file, text);
  }
  std::vector<OtherWriter> for_eth2() const {
    return other_writers({.netdev = "eth2", .driver = "mlx5_core", .mac = "02:00:00:aa:bb:cc"},
                         folder.path());
  }
};

}  // namespace

TEST_CASE("a disk without such files names nobody") {
  CHECK(Disk().for_eth2().empty());
}

TEST_CASE("a connection of NetworkManager is found by interface name or MAC address") {
  const Disk disk;
  const std::string folder = "etc/NetworkManager/system-connections/";
  disk.add(folder + "a.nmconnection",
           "[connection]\nid=a\ninterface-name=eth2\n\n[ethtool]\ncoalesce-rx-usecs=50\n"
           "feature-gro=true\n# coalesce-rx-frames=1\n");
  disk.add(folder + "b.nmconnection",
           "[ethernet]\nmac-address=02:00:00:AA:BB:CC\n[ethtool]\ncoalesce-adaptive-rx=1\n");
  disk.add(folder + "c.nmconnection",
           "[connection]\ninterface-name=eth3\n[ethtool]\ncoalesce-rx-usecs=7\n");
  disk.add("run/NetworkManager/system-connections/d.nmconnection",
           "[connection]\nid=any\n[ethtool]\ncoalesce-tx-usecs=9\n");
  CHECK(disk.for_eth2() ==
        std::vector<OtherWriter>{
            {"NetworkManager", "/" + folder + "a.nmconnection", "rx-usecs", "50", true},
            {"NetworkManager", "/" + folder + "b.nmconnection", "adaptive-rx", "1", true},
            {"NetworkManager", "/run/NetworkManager/system-connections/d.nmconnection", "tx-usecs",
             "9", false}});
}

TEST_CASE("of the .link files of systemd the first that matches counts, and no other") {
  const Disk disk;
  disk.add("etc/systemd/network/10-other.link",
           "[Match]\nOriginalName=eth9\n[Link]\nMTUBytes=9000\n");
  disk.add("usr/lib/systemd/network/20-hpc.link",
           "[Match]\nDriver=igb mlx5*\n[Link]\nRxCoalesceSec=8us\nRxMaxCoalescedFrames=32\n"
           "UseAdaptiveRxCoalesce=no\n");
  disk.add("usr/lib/systemd/network/99-default.link",
           "[Match]\nOriginalName=*\n[Link]\nRxCoalesceSec=64us\n");
  const std::filesystem::path file = "/usr/lib/systemd/network/20-hpc.link";
  CHECK(disk.for_eth2() == std::vector<OtherWriter>{{"systemd", file, "rx-usecs", "8us", true},
                                                    {"systemd", file, "rx-frames", "32", true},
                                                    {"systemd", file, "adaptive-rx", "no", true}});
  // The administrator's file of the same name hides the other.
  disk.add("etc/systemd/network/20-hpc.link", "[Match]\nDriver=mlx5*\n[Link]\nMTUBytes=9000\n");
  CHECK(disk.for_eth2().empty());
}

TEST_CASE("a .link file with a condition that only udev can decide may be the one") {
  const Disk disk;
  disk.add("etc/systemd/network/10-path.link",
           "[Match]\nPath=pci-0000:81:*\n[Link]\nRxCoalesceSec=8us\n");
  disk.add("etc/systemd/network/20-name.link",
           "[Match]\nOriginalName=!eth3\n[Link]\nTxCoalesceSec=9us\n");
  CHECK(disk.for_eth2() ==
        std::vector<OtherWriter>{
            {"systemd", "/etc/systemd/network/10-path.link", "rx-usecs", "8us", false},
            {"systemd", "/etc/systemd/network/20-name.link", "tx-usecs", "9us", true}});
}

TEST_CASE("the active profile of TuneD counts, with what it includes") {
  const Disk disk;
  disk.add("etc/tuned/active_profile", "mine\n");
  disk.add("etc/tuned/mine/tuned.conf",
           "[main]\ninclude=theirs\n[net]\ncoalesce=adaptive-rx off, rx-usecs 0\n");
  disk.add("usr/lib/tuned/theirs/tuned.conf",
           "[main]\ninclude=mine\n[others]\ntype=net\ndevices=eth*,!eth2\ncoalesce=rx-frames 1\n"
           "[these]\ntype=net\ndevices_udev_regex=x\ncoalesce=tx-frames 2\n");
  disk.add("usr/lib/tuned/idle/tuned.conf", "[net]\ncoalesce=rx-usecs 99\n");
  CHECK(disk.for_eth2() ==
        std::vector<OtherWriter>{
            {"TuneD", "/usr/lib/tuned/theirs/tuned.conf", "tx-frames", "2", false},
            {"TuneD", "/etc/tuned/mine/tuned.conf", "adaptive-rx", "off", true},
            {"TuneD", "/etc/tuned/mine/tuned.conf", "rx-usecs", "0", true}});
}

TEST_CASE("a udev rule that calls ethtool counts for the devices that it is for") {
  const Disk disk;
  disk.add("etc/udev/rules.d/60-nic.rules",
           "# ethtool -C in a comment\n"
           "ACTION==\"add\", SUBSYSTEM==\"net\", KERNEL==\"eth[0-9]|ib*\", \\\n"
           "  RUN+=\"/usr/sbin/ethtool -C $name adaptive-rx off rx-usecs 3\"\n"
           "SUBSYSTEM==\"net\", DRIVERS==\"igb\", RUN+=\"/sbin/ethtool -C %k rx-usecs 4\"\n"
           "SUBSYSTEM==\"net\", NAME!=\"eth2\", RUN+=\"/sbin/ethtool -C %k rx-usecs 5\"\n"
           "SUBSYSTEM==\"net\", RUN+=\"/sbin/ethtool -C eth7 rx-usecs 6\"\n"
           "SUBSYSTEM==\"net\", RUN+=\"/sbin/ethtool -K %k gro on\"\n");
  disk.add("usr/lib/udev/rules.d/70-any.rules",
           "SUBSYSTEM==\"net\", RUN+=\"/sbin/ethtool --coalesce %k tx-usecs 7\", ENV{X}=\"1\"\n");
  CHECK(disk.for_eth2() ==
        std::vector<OtherWriter>{
            {"udev", "/etc/udev/rules.d/60-nic.rules", "adaptive-rx", "off", true},
            {"udev", "/etc/udev/rules.d/60-nic.rules", "rx-usecs", "3", true},
            {"udev", "/usr/lib/udev/rules.d/70-any.rules", "tx-usecs", "7", false}});
}

TEST_CASE("files that make no sense say nothing, and end nothing") {
  const Disk disk;
  const std::string junk = "\\\n[\n]=[=\n=\n[net]\ncoalesce\n\xff\xfe=\x01\n\\";
  disk.add("etc/tuned/active_profile", "../../x junk\n" + junk);
  disk.add("etc/tuned/junk/tuned.conf", junk + "\n[net]\ncoalesce=odd\n");
  disk.add("etc/systemd/network/a.link", junk);
  disk.add("etc/NetworkManager/system-connections/a.nmconnection", junk);
  disk.add("etc/udev/rules.d/a.rules", junk + "\nethtool -C\n");
  std::filesystem::create_directories(disk.folder.path() / "etc/systemd/network/b.link");
  for (const OtherWriter& writer : disk.for_eth2())
    CHECK(writer == OtherWriter{"udev", "/etc/udev/rules.d/a.rules", "", "", false});
}

}  // namespace moderato
