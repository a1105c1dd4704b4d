// SPDX-License-Identifier: Apache-2.0
#include "fakes/fake_host.hpp"

#include <algorithm>

namespace moderato {

FakeDevice fake_device(const std::string& netdev, Settings settings) {
  FakeDevice device;
  device.facts = {.netdev = netdev,
                  .driver = "mlx5_core",
                  .driver_version = "6.1.0",
                  .firmware = "16.35.1012",
                  .pci_address = "0000:81:00.0",
                  .pci_id = "15b3:1017",
                  .kind = DeviceKind::pf,
                  .link_up = true,
                  .speed_mbps = 100'000,
                  .mtu = 1500,
                  .mac = "02:00:00:00:00:01"};
  device.settings = std::move(settings);
  device.initial = device.settings;
  return device;
}

Settings true_settings(const FakeDevice& device) {
  Settings all = device.truth;
  all.insert(device.settings.begin(), device.settings.end());
  return all;
}

FakeDevice* find_device(FakeHost& host, const std::string& netdev) {
  const auto found = std::ranges::find_if(host.devices, [&](const FakeDevice& device) {
    return device.facts.netdev == netdev && !device.gone;
  });
  return found == host.devices.end() ? nullptr : &*found;
}

}  // namespace moderato
