// SPDX-License-Identifier: Apache-2.0
#include "report/probe.hpp"

#include <doctest/doctest.h>

#include "report/irq_words.hpp"

using namespace moderato;

namespace {

const std::string unreported = "the driver does not report it";

ProbeStyle style() {
  return {.units = {{"rx-usecs", "us"}, {"adaptive-rx", "on/off"}, {"rx-frames", "frames"}}};
}

Device vf() {
  Device device;
  device.netdev = "eth2";
  device.driver = "mlx5_core";
  device.driver_version = "6.12.9";
  device.firmware = "20.38.1002";
  device.pci_address = "0000:81:00.2";
  device.pci_id = "15b3:101c";
  device.kind = DeviceKind::vf;
  device.pf = "eth1";
  device.numa_node = 1;
  device.link_up = true;
  device.speed_mbps = 200'000;
  device.mtu = 9000;
  device.mac = "02:00:00:00:00:01";
  device.rdma = {"mlx5_2"};
  device.irqs = {{130, "mlx5_async", "0-63", "3"},
                 {131, "mlx5_comp0", "8", "8"},
                 {132, "mlx5_comp1", "9", "9"}};
  device.knobs = {{"adaptive-rx", 1, ""},
                  {"rx-usecs", 8, ""},
                  {"rx-frames", {}, unreported},
                  {"napi-defer-hard-irqs", {}, "not permitted"},
                  {"tx-frames", {}, unreported}};
  return device;
}

HostReport report_of(std::vector<Device> devices, std::vector<RdmaDevice> rdma = {}) {
  return {"node7", "6.12.9", std::move(devices), std::move(rdma)};
}

}  // namespace

TEST_CASE("a VF with RDMA: values with units, what is unsupported by reason") {
  CHECK(render_probe(report_of({vf()}, {{"mlx5_2",
                                         "mlx5_core",
                                         "20.38.1002",
                                         "0000:81:00.2",
                                         "Ethernet",
                                         "ACTIVE",
                                         {"eth2"}}}),
                     style()) == R"(node7, kernel 6.12.9

eth2: vf of eth1
  driver       mlx5_core 6.12.9, firmware 20.38.1002
  PCI          0000:81:00.2, 15b3:101c, NUMA node 1
  link         up, 200 Gb/s, MTU 9000, 02:00:00:00:00:01
  RDMA         mlx5_2
  IRQs         131-132 on CPUs 8-9, one each
               130 on CPUs 0-63, now 3
  knobs        adaptive-rx  on
               rx-usecs     8 us
  unsupported  the driver does not report it: rx-frames tx-frames
               not permitted: napi-defer-hard-irqs

mlx5_2: RDMA device
  driver       mlx5_core, firmware 20.38.1002
  PCI          0000:81:00.2
  port 1       Ethernet, ACTIVE
  netdevs      eth2
)");
}

TEST_CASE("--all: every knob and every IRQ on a line of its own") {
  ProbeStyle all = style();
  all.all = true;
  const std::string text = render_probe(report_of({vf()}), all);
  CHECK(text.substr(text.find("  IRQs")) ==
        R"(  IRQs         130 on CPUs 0-63, now 3: mlx5_async
               131 on CPU 8: mlx5_comp0
               132 on CPU 9: mlx5_comp1
  knobs        adaptive-rx           on
               rx-usecs              8 us
               rx-frames             unsupported: the driver does not report it
               napi-defer-hard-irqs  unsupported: not permitted
               tx-frames             unsupported: the driver does not report it
)");
}

TEST_CASE("a virtual device without anything: what is unknown is left out") {
  Device lo{.netdev = "lo", .mtu = 65536};
  lo.knobs = {{"rx-usecs", {}, "the device has no coalescing"}};
  CHECK(render_probe(report_of({lo}), style()) == R"(node7, kernel 6.12.9

lo: virtual
  link         down, MTU 65536
  knobs        none
  unsupported  the device has no coalescing: rx-usecs
)");
}

TEST_CASE("a PF says how many VFs it has, and a speed that is no whole Gb/s stays exact") {
  Device pf{.netdev = "eth1", .driver = "igb", .kind = DeviceKind::pf, .vf_count = 2};
  pf.link_up = true;
  pf.speed_mbps = 2500;
  pf.mtu = 1500;
  CHECK(render_probe(report_of({pf}), {}) == R"(node7, kernel 6.12.9

eth1: pf with 2 VFs
  driver       igb
  link         up, 2500 Mb/s, MTU 1500
)");
}

TEST_CASE("a host without netdevs says so") {
  CHECK(render_probe({.host = "a"}, {}) == "a\n\nno netdevs\n");
}

TEST_CASE("without colour there is no escape, with it what is unsupported is faint") {
  ProbeStyle colourful = style();
  colourful.colour = true;
  CHECK(render_probe(report_of({vf()}), style()).find('\x1b') == std::string::npos);
  CHECK(render_probe(report_of({vf()}), colourful)
            .find("\x1b[2mnot permitted: napi-defer-hard-irqs\x1b[0m") != std::string::npos);
}

TEST_CASE("nothing that a device or a foreign host writes steers the terminal") {
  const std::string evil = "x\x1b[2J\n";
  Device device{.netdev = evil, .driver = evil, .driver_version = evil, .firmware = evil};
  device.pci_address = device.pci_id = device.pf = device.mac = evil;
  device.rdma = {evil};
  device.irqs = {{1, evil, evil, evil}};
  device.knobs = {{evil, 1, ""}, {evil, {}, evil}};
  const RdmaDevice rdma{evil, evil, evil, evil, evil, evil, {evil}};
  const HostReport report{evil, evil, {device}, {rdma}};
  for (const bool all : {false, true}) {
    const std::string text = render_probe(report, {.units = {{evil, evil}}, .all = all});
    CHECK(text.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("numbers are written as the kernel writes CPU lists") {
  CHECK(ranges({}).empty());
  CHECK(ranges({5}) == "5");
  CHECK(ranges({3, 4, 5, 8, 10, 11}) == "3-5,8,10-11");
}

TEST_CASE("IRQs with one affinity share a line, also when pinned to the same CPU") {
  const auto lines = irq_lines({{9, "a", "0-3", "1"}, {10, "b", "0-3", "2"}, {11, "c", "0-7", ""}});
  CHECK(lines == std::vector<std::string>{"9-10 on CPUs 0-3, now 1-2", "11 on CPUs 0-7"});
  CHECK(irq_lines({{9, "", "4", "4"}, {10, "", "4", "4"}}) ==
        std::vector<std::string>{"9-10 on CPU 4"});
  CHECK(irq_lines({{9, "", "", ""}}) == std::vector<std::string>{"9 on CPUs unknown"});
}

TEST_CASE("two IRQs pinned to one CPU and a third elsewhere do not claim one CPU each") {
  CHECK(irq_lines({{9, "", "4", "4"}, {10, "", "4", "4"}, {11, "", "5", "5"}}) ==
        std::vector<std::string>{"9-11 on CPUs 4-5"});
}

TEST_CASE("a management interface says why it is one") {
  Device device = vf();
  CHECK(render_probe(report_of({device}), style()).find("management") == std::string::npos);
  device.management = "default route, ssh session";
  CHECK(render_probe(report_of({device}), style())
            .find("\n  management   default route, ssh session\n") != std::string::npos);
}
