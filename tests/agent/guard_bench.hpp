// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "agent/guard.hpp"
#include "core/file.hpp"
#include "fakes/fake_nic.hpp"
#include "temporary_folder.hpp"

namespace moderato {

/// A host with eth0 and eth1, pretended, and a folder for its snapshots.
class GuardBench {
 public:
  static Settings start() {
    return {{"adaptive-rx", 0}, {"rx-usecs", 16}, {"rx-frames", 44}, {"gro-flush-timeout", 0}};
  }

  explicit GuardBench(Character of_eth0 = {}, Settings settings = start()) {
    FakeDevice eth0 = fake_device("eth0", settings), eth1 = fake_device("eth1", settings);
    eth0.character = std::move(of_eth0);
    eth1.facts.mac = "02:00:00:00:00:02";
    eth1.facts.pci_address = "0000:81:00.1";
    eth0.ifindex = 2;
    eth1.ifindex = 3;
    file.save({.devices = {eth0, eth1}});
  }

  std::filesystem::path nic() const { return folder_.path() / "nic.json"; }
  std::filesystem::path state_dir() const { return folder_.path() / "state"; }
  SnapshotStore store() const { return SnapshotStore(state_dir()); }

  HostAccess access() const {
    return {
        .backends = fake_backends(nic()),
        .discover = [path = nic()] { return fake_discover(path); },
        .ifindex = [path = nic()](const auto& netdev) { return fake_ifindex(path, netdev); },
        .has_function = [path = nic()](const auto& pci) { return fake_has_function(path, pci); },
        .restore_pause = std::chrono::milliseconds(1)};
  }
  Guard guard() const { return Guard(access(), state_dir()); }

  FakeDevice device(const std::string& netdev = "eth0") const {
    FakeHost host = file.load();
    const FakeDevice* found = nullptr;
    for (const FakeDevice& one : host.devices) {
      if (one.facts.netdev == netdev) found = &one;
    }
    REQUIRE(found != nullptr);
    return *found;
  }
  Settings settings(const std::string& netdev = "eth0") const { return device(netdev).settings; }

  /// The requests that the device got, refused ones too.
  std::vector<Settings> writes(const std::string& netdev = "eth0") const {
    std::vector<Settings> requests;
    for (const auto& entry : device(netdev).journal)
      requests.push_back(entry.settings);
    return requests;
  }

  /// Somebody else sets the device.
  void foreign_write(const Settings& settings, const std::string& netdev = "eth0") const {
    REQUIRE(apply_settings(fake_backends(nic()), netdev, settings));
  }

  /// The test's own hand: behind the back of driver and kernel.
  void change(const std::function<void(FakeDevice&)>& how) const {
    file.change([&](FakeHost& host) { how(host.devices.at(0)); });
  }

 private:
  TemporaryFolder folder_;

 public:
  FakeFile file{nic()};
};

inline const std::vector<std::string> rx_knobs{"adaptive-rx", "rx-usecs", "rx-frames"};

template <typename T>
std::string message_of(const Result<T>& outcome) {
  return outcome ? "" : outcome.error().message;
}

/// Ends the test where `outcome` is an error, and says which.
template <typename T>
void require(const Result<T>& outcome) {
  REQUIRE_MESSAGE(outcome, message_of(outcome));
}

}  // namespace moderato
