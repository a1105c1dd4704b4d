// SPDX-License-Identifier: Apache-2.0
#include "core/device.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace moderato;

namespace {

Device vf() {
  Device device;
  device.netdev = "eth2";
  device.driver = "mlx5_core";
  device.driver_version = "6.12.9";
  device.firmware = "20.38.1002 (MT_0000000228)";
  device.pci_address = "0000:81:00.2";
  device.pci_id = "15b3:101c";
  device.kind = DeviceKind::vf;
  device.pf = "eth1";
  device.vf_count = 3;
  device.numa_node = 1;
  device.link_up = true;
  device.speed_mbps = 200'000;
  device.mtu = 9000;
  device.mac = "02:00:00:00:00:01";
  device.rdma = {"mlx5_2"};
  device.management = "default route";
  device.irqs = {{131, "mlx5_comp0", "0-3", "2"}, {132, "", "", ""}};
  device.knobs = {{"rx-usecs", 8, ""}, {"rx-frames", {}, "the driver does not report it"}};
  return device;
}

HostReport full_report() {
  return {.host = "node7",
          .kernel = "6.12.9",
          .devices = {vf(), Device{.netdev = "lo", .mtu = 65536}},
          .rdma = {
              {"mlx5_2", "mlx5_core", "20.38.1002", "0000:81:00.2", "Ethernet", "ACTIVE", {"eth2"}},
              {.name = "rxe0"}}};
}

std::string fault_of(const std::string& text) {
  const auto report = host_report_from_json(text, "x.json");
  return report ? "" : report.error().message;
}

}  // namespace

TEST_CASE("every kind of device is found by its name, and nothing else is") {
  for (const DeviceKind kind : {DeviceKind::pf, DeviceKind::vf, DeviceKind::virtual_device})
    CHECK(device_kind(name_of(kind)) == kind);
  CHECK(name_of(DeviceKind::virtual_device) == "virtual");
  CHECK_FALSE(device_kind("PF"));
  CHECK_FALSE(device_kind(""));
}

TEST_CASE("a report is read back as it was written") {
  const std::string text = to_json(full_report());
  const auto read = host_report_from_json(text, "x.json");
  REQUIRE(read);
  CHECK(to_json(*read) == text);
  CHECK(read->host == "node7");
  CHECK(read->kernel == "6.12.9");
  REQUIRE(read->devices.size() == 2);
  const Device& device = read->devices[0];
  CHECK(device.netdev == "eth2");
  CHECK(device.driver == "mlx5_core");
  CHECK(device.driver_version == "6.12.9");
  CHECK(device.firmware == "20.38.1002 (MT_0000000228)");
  CHECK(device.pci_address == "0000:81:00.2");
  CHECK(device.pci_id == "15b3:101c");
  CHECK(device.kind == DeviceKind::vf);
  CHECK(device.pf == "eth1");
  CHECK(device.vf_count == 3);
  CHECK(device.numa_node == 1);
  CHECK(device.link_up);
  CHECK(device.speed_mbps == 200'000);
  CHECK(device.mtu == 9000);
  CHECK(device.mac == "02:00:00:00:00:01");
  CHECK(device.rdma == std::vector<std::string>{"mlx5_2"});
  CHECK(device.management == "default route");
}

TEST_CASE("IRQs, knobs and RDMA devices survive the document") {
  const auto read = host_report_from_json(to_json(full_report()), "x.json");
  REQUIRE(read);
  const Device& device = read->devices[0];
  REQUIRE(device.irqs.size() == 2);
  CHECK(device.irqs[0].number == 131);
  CHECK(device.irqs[0].name == "mlx5_comp0");
  CHECK(device.irqs[0].affinity == "0-3");
  CHECK(device.irqs[0].effective_affinity == "2");
  REQUIRE(device.knobs.size() == 2);
  CHECK(device.knobs[0].knob == "rx-usecs");
  CHECK(device.knobs[0].value == 8);
  CHECK_FALSE(device.knobs[1].value);
  CHECK(device.knobs[1].why_not == "the driver does not report it");
  REQUIRE(read->rdma.size() == 2);
  CHECK(read->rdma[0].driver == "mlx5_core");
  CHECK(read->rdma[0].firmware == "20.38.1002");
  CHECK(read->rdma[0].pci_address == "0000:81:00.2");
  CHECK(read->rdma[0].link_layer == "Ethernet");
  CHECK(read->rdma[0].state == "ACTIVE");
  CHECK(read->rdma[0].netdevs == std::vector<std::string>{"eth2"});
}

TEST_CASE("what is unknown is left out, never null") {
  const auto json = nlohmann::json::parse(to_json(full_report()));
  const auto& lo = json["devices"][1];
  for (const char* key : {"driver", "firmware", "pf", "numa_node", "speed_mbps", "rdma"})
    CHECK_MESSAGE(!lo.contains(key), key);
  for (const char* key : {"netdev", "kind", "vf_count", "link_up", "mtu", "irqs", "knobs"})
    CHECK_MESSAGE(lo.contains(key), key);
  CHECK_FALSE(host_report_from_json(to_json(full_report()), "x")->devices[1].numa_node);
}

TEST_CASE("zero is a value: NUMA node 0 and a knob at 0 survive") {
  HostReport report{.host = "a", .devices = {Device{.netdev = "eth0", .numa_node = 0}}};
  report.devices[0].knobs = {{"rx-usecs", 0, ""}};
  const auto read = host_report_from_json(to_json(report), "x.json");
  REQUIRE(read);
  CHECK(read->devices[0].numa_node == 0);
  CHECK(read->devices[0].knobs[0].value == 0);
}

TEST_CASE("firmware that is no UTF-8 does not spoil the document") {
  HostReport report{.host = "a", .devices = {Device{.netdev = "eth0", .firmware = "1.\xff"}}};
  const auto read = host_report_from_json(to_json(report), "x.json");
  REQUIRE(read);
  CHECK(read->devices[0].firmware == "1.\xef\xbf\xbd");
}

TEST_CASE("a knob with both a value and a reason, or with neither, is refused") {
  const auto with_knob = [](const std::string& rest) {
    return R"({"schema":"moderato-probe/1","host":"a","kernel":"6","rdma":[],"devices":[
      {"netdev":"e","kind":"pf","vf_count":0,"link_up":true,"mtu":1500,"irqs":[],
       "knobs":[{"knob":"rx-usecs")" +
           rest + "}]}]}";
  };
  CHECK(fault_of(with_knob(R"(,"value":1)")).empty());
  CHECK(fault_of(with_knob(R"(,"why_not":"no")")).empty());
  CHECK(fault_of(with_knob("")).find("devices[0].knobs[0]") != std::string::npos);
  CHECK(fault_of(with_knob(R"(,"value":1,"why_not":"no")")).find("either") != std::string::npos);
}

TEST_CASE("a foreign schema, an unknown kind and an unknown field are refused") {
  CHECK(fault_of(R"({"schema":"moderato-probe/2","host":"a"})").find("moderato-probe/2") !=
        std::string::npos);
  std::string text = to_json(full_report());
  text.replace(text.find("\"vf\""), 4, "\"XX\"");
  CHECK(fault_of(text).find("devices[0].kind") != std::string::npos);
  CHECK(fault_of(R"({"schema":"moderato-probe/1","host":"a","devices":[],"colour":1})")
            .find("colour") != std::string::npos);
}
