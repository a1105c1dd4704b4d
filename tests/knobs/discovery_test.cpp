// SPDX-License-Identifier: Apache-2.0
#include "knobs/discovery.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>

#include "knobs/discovery_bus.hpp"
#include "knobs/discovery_irq.hpp"
#include "knobs/sysfs.hpp"
#include "temporary_folder.hpp"

namespace fs = std::filesystem;
using namespace moderato;

namespace {

/// A host in a folder, shaped as the kernel shapes /sys and /proc.
class SmallHost {
 public:
  void write(const fs::path& file, const std::string& line) const {
    fs::create_directories((root() / file).parent_path());
    std::ofstream(root() / file) << line << "\n";
  }
  void link(const fs::path& at, const fs::path& to) const {
    fs::create_directories((root() / at).parent_path());
    fs::create_directories(root() / to);
    fs::create_directory_symlink(root() / to, root() / at);
  }
  fs::path pci(const std::string& address) const { return "sys/devices/pci0000:80/" + address; }

  void add_function(const std::string& address, const std::string& vendor,
                    const std::string& device, const std::string& driver) const {
    write(pci(address) / "vendor", vendor);
    write(pci(address) / "device", device);
    link(pci(address) / "driver", "sys/bus/pci/drivers/" + driver);
  }
  void add_netdev(const std::string& netdev, const fs::path& parent) const {
    const fs::path folder = parent / "net" / netdev;
    write(folder / "mtu", "1500");
    write(folder / "address", "02:00:00:00:00:0a");
    link(fs::path("sys/class/net") / netdev, folder);
    if (parent != "sys/devices/virtual") link(folder / "device", parent);
  }
  void set(const std::string& netdev, const std::string& attribute, const std::string& line) const {
    write(fs::path("sys/class/net") / netdev / attribute, line);
  }
  void add_irq(const std::string& address, int number, const std::string& affinity) const {
    const std::string name = std::to_string(number);
    write(pci(address) / "msi_irqs" / name, "msix");
    write(fs::path("proc/irq") / name / "smp_affinity_list", affinity);
    write(fs::path("proc/irq") / name / "effective_affinity_list", "1");
  }

  HostReport discover() const { return moderato::discover({}, view()); }
  KernelView view() const {
    return {root() / "sys", root() / "proc",
            [](const std::string&) { return std::optional<DriverInfo>(); },
            [] { return std::vector<NetdevAddress>(); }, [] { return std::string(); }};
  }
  const fs::path& root() const { return folder_->path(); }

 private:
  std::unique_ptr<TemporaryFolder> folder_ = std::make_unique<TemporaryFolder>();
};

/// Root may read everything: the test goes on as somebody who may not.
class Unprivileged {
 public:
  Unprivileged() {
    if (user_ == 0) REQUIRE(::seteuid(65534) == 0);
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged() {
    if (user_ == 0 && ::seteuid(user_) != 0) std::abort();
  }

 private:
  uid_t user_ = ::geteuid();
};

const Device& device(const HostReport& report, const std::string& netdev) {
  const auto found = std::ranges::find(report.devices, netdev, &Device::netdev);
  REQUIRE_MESSAGE(found != report.devices.end(), netdev);
  return *found;
}

/// An mlx5 PF with one VF of it, RoCE on both.
SmallHost mlx5_host() {
  SmallHost host;
  host.add_function("0000:81:00.0", "0x15b3", "0x101b", "mlx5_core");
  host.add_function("0000:81:00.2", "0x15b3", "0x101c", "mlx5_core");
  host.write(host.pci("0000:81:00.0") / "sriov_numvfs", "1");
  host.write(host.pci("0000:81:00.0") / "numa_node", "1");
  host.write(host.pci("0000:81:00.2") / "numa_node", "-1");
  host.add_netdev("eth1", host.pci("0000:81:00.0"));
  host.add_netdev("eth2", host.pci("0000:81:00.2"));
  host.link(host.pci("0000:81:00.2") / "physfn", host.pci("0000:81:00.0"));
  host.set("eth1", "carrier", "1");
  host.set("eth1", "speed", "200000");
  for (const char* function : {"0000:81:00.0", "0000:81:00.2"}) {
    const std::string name = function == std::string("0000:81:00.0") ? "mlx5_0" : "mlx5_1";
    const fs::path rdma = host.pci(function) / "infiniband" / name;
    host.write(rdma / "fw_ver", "20.38.1002");
    host.write(rdma / "ports/1/link_layer", "Ethernet");
    host.write(rdma / "ports/1/state", "4: ACTIVE");
    host.link(fs::path("sys/class/infiniband") / name, rdma);
    host.link(rdma / "device", host.pci(function));
  }
  host.write("sys/class/infiniband/mlx5_0/ports/1/gid_attrs/ndevs/0", "eth1");
  host.write("sys/class/infiniband/mlx5_0/ports/1/gid_attrs/ndevs/1", "eth1");
  return host;
}

SmallHost igb_host() {
  SmallHost host;
  host.add_function("0000:82:00.0", "0x8086", "0x10c9", "igb");
  host.add_netdev("eth0", host.pci("0000:82:00.0"));
  return host;
}

}  // namespace

TEST_CASE("an mlx5 PF: function, link, and how many VFs it has") {
  const SmallHost host = mlx5_host();
  const HostReport report = host.discover();
  REQUIRE(report.devices.size() == 2);
  const Device& pf = device(report, "eth1");
  CHECK(pf.kind == DeviceKind::pf);
  CHECK(pf.pf.empty());
  CHECK(pf.vf_count == 1);
  CHECK(pf.driver == "mlx5_core");
  CHECK(pf.pci_address == "0000:81:00.0");
  CHECK(pf.pci_id == "15b3:101b");
  CHECK(pf.numa_node == 1);
  CHECK(pf.link_up);
  CHECK(pf.speed_mbps == 200'000);
  CHECK(pf.mtu == 1500);
  CHECK(pf.mac == "02:00:00:00:00:0a");
}

TEST_CASE("a VF knows its PF; NUMA node -1 is none, and an unreadable carrier is down") {
  const SmallHost host = mlx5_host();
  const HostReport report = host.discover();
  const Device& vf = device(report, "eth2");
  CHECK(vf.kind == DeviceKind::vf);
  CHECK(vf.pf == "eth1");
  CHECK(vf.vf_count == 0);
  CHECK(vf.pci_id == "15b3:101c");
  CHECK_FALSE(vf.numa_node);
  CHECK_FALSE(vf.link_up);
  CHECK_FALSE(vf.speed_mbps);
}

TEST_CASE("RDMA devices and netdevs find each other by GIDs, and by the bus device without GIDs") {
  const SmallHost host = mlx5_host();
  const HostReport report = host.discover();
  REQUIRE(report.rdma.size() == 2);
  CHECK(report.rdma[0].name == "mlx5_0");
  CHECK(report.rdma[0].driver == "mlx5_core");
  CHECK(report.rdma[0].firmware == "20.38.1002");
  CHECK(report.rdma[0].pci_address == "0000:81:00.0");
  CHECK(report.rdma[0].link_layer == "Ethernet");
  CHECK(report.rdma[0].state == "ACTIVE");
  CHECK(report.rdma[0].netdevs == std::vector<std::string>{"eth1"});
  CHECK(report.rdma[1].netdevs == std::vector<std::string>{"eth2"});
  CHECK(device(report, "eth1").rdma == std::vector<std::string>{"mlx5_0"});
  CHECK(device(report, "eth2").rdma == std::vector<std::string>{"mlx5_1"});
}

TEST_CASE("a VF whose PF the host cannot see is a VF still") {
  const SmallHost host = mlx5_host();
  fs::remove(host.root() / "sys/class/net/eth1");
  fs::remove_all(host.root() / host.pci("0000:81:00.0") / "net");
  const HostReport report = host.discover();
  const Device& vf = device(report, "eth2");
  CHECK(vf.kind == DeviceKind::vf);
  CHECK(vf.pf.empty());
}

TEST_CASE("in a virtual machine, a VF has no physfn and is known by its driver or its PCI id") {
  SmallHost host;
  host.add_function("0000:00:01.0", "0x8086", "0x10ca", "igbvf");
  host.add_function("0000:00:02.0", "0x15b3", "0x101c", "mlx5_core");
  host.add_function("0000:00:03.0", "0x15b3", "0x101b", "mlx5_core");
  host.add_netdev("eth0", host.pci("0000:00:01.0"));
  host.add_netdev("eth1", host.pci("0000:00:02.0"));
  host.add_netdev("eth2", host.pci("0000:00:03.0"));
  const HostReport report = host.discover();
  CHECK(device(report, "eth0").kind == DeviceKind::vf);
  CHECK(device(report, "eth0").pf.empty());
  CHECK(device(report, "eth1").kind == DeviceKind::vf);
  CHECK(device(report, "eth2").kind == DeviceKind::pf);
}

TEST_CASE("of a PF with two ports, a VF belongs to the netdev on its own port") {
  const SmallHost host = mlx5_host();
  host.add_netdev("eth9", host.pci("0000:81:00.0"));
  host.set("eth1", "dev_port", "0");
  host.set("eth9", "dev_port", "1");
  host.set("eth2", "dev_port", "1");
  CHECK(device(host.discover(), "eth2").pf == "eth9");
}

TEST_CASE("a representor borrows the PF's bus device, and is virtual all the same") {
  const SmallHost host = mlx5_host();
  host.add_irq("0000:81:00.0", 40, "0-7");
  host.add_netdev("eth0_rep", host.pci("0000:81:00.0"));
  host.set("eth0_rep", "phys_port_name", "pf0vf0");
  host.set("eth1", "phys_port_name", "p0");
  const HostReport report = host.discover();
  CHECK(device(report, "eth0_rep").kind == DeviceKind::virtual_device);
  CHECK(device(report, "eth0_rep").irqs.empty());
  CHECK(device(report, "eth0_rep").rdma.empty());
  CHECK(device(report, "eth1").irqs.size() == 1);
  CHECK(device(report, "eth2").pf == "eth1");
}

TEST_CASE("devices are identified as they are discovered, all of them or one") {
  const SmallHost host = mlx5_host();
  host.add_netdev("eth0_rep", host.pci("0000:81:00.0"));
  host.set("eth0_rep", "phys_port_name", "pf0vf0");
  host.add_netdev("veth0", "sys/devices/virtual");
  const HostReport report = host.discover();
  const auto identified = identify_devices("", host.view());
  REQUIRE(identified.size() == 4);
  for (const Device& brief : identified) {
    const Device& full = device(report, brief.netdev);
    CHECK(brief.driver == full.driver);
    CHECK(brief.pci_id == full.pci_id);
    CHECK(brief.pci_address == full.pci_address);
    CHECK(brief.kind == full.kind);
    CHECK_FALSE(brief.speed_mbps);
    CHECK(brief.knobs.empty());
  }
  REQUIRE(identify_devices("eth2", host.view()).size() == 1);
  CHECK(identify_devices("eth2", host.view())[0].kind == DeviceKind::vf);
  for (const char* none : {"eth7", "../net/eth2", "."})
    CHECK(identify_devices(none, host.view()).empty());
}

TEST_CASE("what the driver says of itself goes before the driver link") {
  const SmallHost host = igb_host();
  KernelView view = host.view();
  view.driver_info = [](const std::string& netdev) {
    return DriverInfo{netdev == "eth0" ? "igb" : "?", "6.12.9", "1.6.1", "0000:82:00.0"};
  };
  const HostReport report = discover({}, view);
  const Device& igb = device(report, "eth0");
  CHECK(igb.driver == "igb");
  CHECK(igb.driver_version == "6.12.9");
  CHECK(igb.firmware == "1.6.1");
  CHECK(igb.kind == DeviceKind::pf);
}

TEST_CASE("an unknown speed is no speed") {
  const SmallHost host = igb_host();
  for (const char* unknown : {"-1", "4294967295", "0", ""}) {
    host.set("eth0", "speed", unknown);
    CHECK_MESSAGE(!device(host.discover(), "eth0").speed_mbps, unknown);
  }
}

TEST_CASE("IRQs come in numeric order, with affinities and their action") {
  const SmallHost host = igb_host();
  host.add_irq("0000:82:00.0", 100, "0-3");
  host.add_irq("0000:82:00.0", 99, "2");
  fs::create_directories(host.root() / "proc/irq/99/eth0-TxRx-0");
  host.write("proc/interrupts",
             "           CPU0       CPU1\n"
             "  99:          7          0  PCI-MSI 524288-edge      wrong\n"
             " 100:          7          0  PCI-MSI 524289-edge      eth0-TxRx-1\n"
             " NMI:          0          0   Non-maskable interrupts\n");
  const HostReport report = host.discover();
  const auto& irqs = device(report, "eth0").irqs;
  REQUIRE(irqs.size() == 2);
  CHECK(irqs[0].number == 99);
  CHECK(irqs[0].name == "eth0-TxRx-0");
  CHECK(irqs[0].affinity == "2");
  CHECK(irqs[0].effective_affinity == "1");
  CHECK(irqs[1].number == 100);
  CHECK(irqs[1].name == "eth0-TxRx-1");
}

TEST_CASE("an interrupt without an action has no name") {
  const auto actions = irq_actions(
      "      CPU0  CPU1\n"
      " 24:     1     2  PCI-MSI 0-edge  virtio0-config\n"
      " 25:     1     2  PCI-MSI 1-edge\n");
  CHECK(actions == std::map<int, std::string>{{24, "virtio0-config"}});
  CHECK(irq_actions("").empty());
}

TEST_CASE("veth has no bus device, and its driver comes from the kernel alone") {
  SmallHost host;
  host.add_netdev("va", "sys/devices/virtual");
  KernelView view = host.view();
  view.driver_info = [](const std::string&) { return DriverInfo{"veth", "1.0", "", ""}; };
  const HostReport report = discover({}, view);
  const Device& veth = device(report, "va");
  CHECK(veth.kind == DeviceKind::virtual_device);
  CHECK(veth.driver == "veth");
  CHECK(veth.pci_address.empty());
  CHECK(veth.pci_id.empty());
  CHECK(veth.irqs.empty());
  CHECK(report.rdma.empty());
}

TEST_CASE("a virtio netdev belongs to the PCI function above its virtio device") {
  SmallHost host;
  host.add_function("0000:83:00.0", "0x1af4", "0x1041", "virtio-pci");
  const fs::path virtio = host.pci("0000:83:00.0") / "virtio2";
  host.write(virtio / "vendor", "0x1af4");
  host.write(virtio / "device", "0x0001");
  host.link(virtio / "driver", "sys/bus/virtio/drivers/virtio_net");
  host.add_netdev("eth0", virtio);
  host.add_irq("0000:83:00.0", 24, "0");
  const HostReport report = host.discover();
  const Device& nic = device(report, "eth0");
  CHECK(nic.kind == DeviceKind::pf);
  CHECK(nic.driver == "virtio_net");
  CHECK(nic.pci_address == "0000:83:00.0");
  CHECK(nic.pci_id == "1af4:1041");
  CHECK(nic.irqs.size() == 1);
}

TEST_CASE("soft RoCE is on its parent, and does not take the driver of the NIC below for its own") {
  const SmallHost host = igb_host();
  const fs::path rdma = "sys/devices/virtual/infiniband/rxe0";
  host.write(rdma / "parent", "eth0");
  host.write(rdma / "ports/1/link_layer", "Ethernet");
  host.write(rdma / "ports/1/state", "1: DOWN");
  host.link(rdma / "device", host.pci("0000:82:00.0"));
  host.link("sys/class/infiniband/rxe0", rdma);
  const HostReport report = host.discover();
  REQUIRE(report.rdma.size() == 1);
  CHECK(report.rdma[0].driver == "rdma_rxe");
  CHECK(report.rdma[0].pci_address.empty());
  CHECK(report.rdma[0].state == "DOWN");
  CHECK(report.rdma[0].netdevs == std::vector<std::string>{"eth0"});
  CHECK(device(report, "eth0").rdma == std::vector<std::string>{"rxe0"});
}

TEST_CASE("a host that shows nothing is a report without devices, not a failure") {
  const SmallHost host;
  const HostReport report = host.discover();
  CHECK(report.devices.empty());
  CHECK(report.rdma.empty());
  CHECK_FALSE(report.kernel.empty());
}

TEST_CASE("files in place of folders, folders in place of files and dangling links are survived") {
  const SmallHost host = igb_host();
  host.write("sys/class/net/bonding_masters", "bond0");
  fs::create_symlink("/nowhere", host.root() / "sys/class/net/gone");
  fs::create_directories(host.root() / "sys/class/net/odd/mtu");
  host.write("sys/class/infiniband", "no folder");
  const HostReport report = host.discover();
  CHECK(report.devices.size() == 2);
  CHECK(device(report, "odd").mtu == 0);
  CHECK(device(report, "odd").driver.empty());
}

TEST_CASE("attributes that may not be read are left empty, the others are told") {
  const SmallHost host = igb_host();
  host.set("eth0", "speed", "1000");
  REQUIRE(device(host.discover(), "eth0").speed_mbps == 1000);
  REQUIRE(::chmod(host.root().c_str(), 0755) == 0);
  REQUIRE(::chmod((host.root() / "sys/class/net/eth0/speed").c_str(), 0) == 0);
  const Unprivileged nobody;
  const HostReport report = host.discover();
  CHECK_FALSE(device(report, "eth0").speed_mbps);
  CHECK(device(report, "eth0").mtu == 1500);
}

TEST_CASE("a tree that may not be entered is a report without devices") {
  const SmallHost host = mlx5_host();
  REQUIRE(::chmod((host.root() / "sys").c_str(), 0) == 0);
  HostReport report;
  {
    const Unprivileged nobody;
    report = host.discover();
  }
  REQUIRE(::chmod((host.root() / "sys").c_str(), 0755) == 0);
  CHECK(report.devices.empty());
  CHECK(report.rdma.empty());
}

TEST_CASE("every netdev tells every knob of the catalogue, even without a backend") {
  const SmallHost host = igb_host();
  const HostReport report = host.discover();
  const auto& knobs = device(report, "eth0").knobs;
  CHECK_FALSE(knobs.empty());
  for (const KnobState& state : knobs) {
    CHECK_FALSE(state.supported());
    CHECK_MESSAGE(!state.why_not.empty(), state.knob);
  }
}

TEST_CASE("this very host is discovered, with lo among its devices") {
  const HostReport report = discover({});
  CHECK(device(report, "lo").kind == DeviceKind::virtual_device);
  CHECK(device(report, "lo").mtu > 0);
}

TEST_CASE("a netdev that does not exist has no driver") {
  CHECK_FALSE(ethtool_driver_info()("no-such-dev"));
  CHECK_FALSE(ethtool_driver_info()("a-name-longer-than-any-netdev-may-have"));
}

TEST_CASE("a PCI address is told from its likes") {
  CHECK(is_pci_address("0000:81:00.1"));
  CHECK(is_pci_address("10000:e1:1f.7"));
  for (const char* other : {"", "81:00.1", "pci0000:80", "0000:81:00.8", "0000:81:00", "virtio2",
                            "0000:81-00.1", "usb-0000:00:14.0-1"})
    CHECK_MESSAGE(!is_pci_address(other), other);
}

TEST_CASE("numbers are read whole or not at all") {
  const SmallHost host;
  const auto read = [&](const std::string& line) {
    host.write("number", line);
    return read_number(host.root() / "number");
  };
  CHECK(read(" 42 ") == 42);
  CHECK(read("-1") == -1);
  CHECK(read("0x15b3") == 0x15b3);
  CHECK_FALSE(read("12 apples"));
  CHECK_FALSE(read("0x"));
  CHECK_FALSE(read(""));
}

namespace {

/// A host with netdevs of these names.
SmallHost host_of(const std::vector<std::string>& netdevs) {
  SmallHost host;
  for (const std::string& netdev : netdevs)
    host.add_netdev(netdev, "sys/devices/virtual");
  return host;
}

constexpr const char* ipv4_heading =
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n";

}  // namespace

TEST_CASE("the netdev of the default route is the management interface, and no other") {
  const SmallHost host = host_of({"eth0", "eth1", "eth2"});
  CHECK(device(host.discover(), "eth0").management == "");
  host.write("proc/net/route", std::string(ipv4_heading) +
                                   "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
                                   "eth1\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
                                   "eth2\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0");
  const auto report = host.discover();
  CHECK(device(report, "eth0").management == "default route");
  CHECK(device(report, "eth1").management == "");
  CHECK(device(report, "eth2").management == "");  // the route says: unreachable
}

TEST_CASE("a default route of IPv6 counts, and that of the kernel's own to lo does not") {
  const SmallHost host = host_of({"eth0", "eth1", "lo"});
  const std::string zero(32, '0');
  const auto route = [&](const std::string& to, const std::string& length, const char* flags,
                         const std::string& netdev) {
    return to + " " + length + " " + zero + " 00 " + zero + " 00000400 00000001 00000000 " + flags +
           " " + netdev + "\n";
  };
  host.write("proc/net/ipv6_route", route(zero, "00", "00000003", "eth0") +
                                        route("fe80" + zero.substr(4), "40", "00000001", "eth1") +
                                        route(zero, "00", "00200200", "lo"));
  const auto report = host.discover();
  CHECK(device(report, "eth0").management == "default route");
  CHECK(device(report, "eth1").management == "");
  CHECK(device(report, "lo").management == "");
}

TEST_CASE("the netdev by which the ssh session comes in is a management interface") {
  const SmallHost host = host_of({"eth0", "eth1"});
  KernelView view = host.view();
  view.addresses = [] {
    return std::vector<NetdevAddress>{{"eth0", "10.0.0.7"}, {"eth1", "10.0.1.7"}};
  };
  view.ssh_address = [] { return std::string("10.0.1.7"); };
  const auto report = discover({}, view);
  CHECK(device(report, "eth0").management == "");
  CHECK(device(report, "eth1").management == "ssh session");
}

TEST_CASE("what lies below a management interface is one, too, however deep") {
  const SmallHost host = host_of({"vlan7", "bond0", "eth0", "eth1", "eth2"});
  host.set("vlan7", "lower_bond0", "");
  host.set("bond0", "lower_eth0", "");
  host.set("bond0", "lower_eth1", "");
  host.write("proc/net/route", std::string(ipv4_heading) +
                                   "vlan7\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0");
  const auto report = host.discover();
  CHECK(device(report, "bond0").management == "below vlan7: default route");
  CHECK(device(report, "eth1").management == "below bond0: below vlan7: default route");
  CHECK(device(report, "eth2").management == "");
}

TEST_CASE("the ssh session's own address is the third word of SSH_CONNECTION") {
  const char* before = std::getenv("SSH_CONNECTION");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("SSH_CONNECTION", "192.0.2.1 50000 fe80::7%eth0 22", 1);
  CHECK(ssh_session_address() == "fe80::7");
  ::unsetenv("SSH_CONNECTION");
  CHECK(ssh_session_address() == "");
  if (before != nullptr) ::setenv("SSH_CONNECTION", kept.c_str(), 1);
}

TEST_CASE("this host's addresses are listed with their netdevs") {
  const auto addresses = netdev_addresses();
  const bool loopback = std::ranges::any_of(addresses, [](const NetdevAddress& one) {
    return one.netdev == "lo" && one.address == "127.0.0.1";
  });
  if (read_line("/sys/class/net/lo/operstate") == "down") return;
  CHECK(loopback);
}
