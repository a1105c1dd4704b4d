// SPDX-License-Identifier: Apache-2.0
#include "fakes/fake_nic.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "core/fd.hpp"
#include "core/file.hpp"
#include "fakes/driver.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

/// Held while it lives. The file itself is replaced, so the lock is a file of its own.
Fd lock(const fs::path& path) {
  Fd fd(::open((path.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid() || ::flock(fd.get(), LOCK_EX) != 0)
    throw std::runtime_error(describe(system_error("lock " + path.string(), errno)));
  return fd;
}

std::unexpected<Error> no_device(const std::string& netdev) {
  return std::unexpected(system_error(netdev, ENODEV, "`moderato probe` lists the devices"));
}

}  // namespace

FakeHost FakeFile::parse() const {
  auto text = read_file(path_);
  auto host = text ? fake_host_from_json(*text, path_.string()) : fail(text);
  if (!host) throw std::runtime_error(describe(host.error()));
  return *host;
}

// Not durable: no power fails here, and fsync would make the tests slow.
void FakeFile::replace(const FakeHost& host) const {
  const auto temporary = path_.string() + ".new";
  std::ofstream out(temporary);
  out << to_json(host) << std::flush;
  if (!out) throw std::runtime_error(describe(system_error("write " + temporary, errno)));
  fs::rename(temporary, path_);
}

FakeHost FakeFile::load() const {
  const Fd held = lock(path_);
  return parse();
}

void FakeFile::save(const FakeHost& host) const {
  const Fd held = lock(path_);
  replace(host);
}

void FakeFile::change(const std::function<void(FakeHost&)>& how) const {
  const Fd held = lock(path_);
  FakeHost host = parse();
  how(host);
  replace(host);
}

FakeNic::FakeNic(const fs::path& path, Access access) : file_(path), access_(access) {
  file_.change([&](FakeHost& host) {
    number_ = ++host.writers;
    for (const FakeDevice& device : host.devices)
      seen_[device.facts.netdev] = device.notifications.size();
  });
}

bool FakeNic::handles(std::string_view knob) const {
  const Knob* found = find_knob(knob);
  return found != nullptr && found->access == access_;
}

Result<std::vector<KnobState>> FakeNic::read(const std::string& netdev) {
  std::vector<KnobState> states;
  file_.change([&](FakeHost& host) {
    FakeDevice* device = find_device(host, netdev);
    if (device == nullptr) return;
    before_read(*device);
    for (const Knob& knob : catalogue()) {
      if (knob.access == access_) states.push_back(state_of(*device, std::string(knob.id)));
    }
  });
  if (states.empty()) return no_device(netdev);
  return states;
}

Result<void> FakeNic::write(const std::string& netdev, const Settings& settings) {
  Result<void> outcome = no_device(netdev);
  int slow_ms = 0;
  file_.change([&](FakeHost& host) {
    FakeDevice* device = find_device(host, netdev);
    if (device == nullptr) return;
    outcome = write_to(*device, settings, number_);
    slow_ms = device->character.slow_ms;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(slow_ms));
  return outcome;
}

std::vector<Change> FakeNic::changes() {
  std::vector<Change> foreign;
  if (access_ != Access::ethtool) return foreign;  // sysfs tells nobody
  for (const FakeDevice& device : file_.load().devices) {
    std::size_t& seen = seen_[device.facts.netdev];
    for (; seen < device.notifications.size(); ++seen) {
      const auto& [writer, now] = device.notifications[seen];
      if (writer != number_) foreign.push_back({device.facts.netdev, now});
    }
  }
  return foreign;
}

Backends fake_backends(const fs::path& path) {
  Backends backends;
  backends.push_back(std::make_unique<FakeNic>(path, Access::ethtool));
  backends.push_back(std::make_unique<FakeNic>(path, Access::napi_sysfs));
  return backends;
}

HostReport fake_discover(const fs::path& path) {
  const FakeHost host = FakeFile(path).load();
  HostReport report{.host = host.host, .kernel = host.kernel};
  for (const FakeDevice& device : host.devices) {
    if (device.gone) continue;
    report.devices.push_back(device.facts);
    for (const Knob& knob : catalogue())
      report.devices.back().knobs.push_back(state_of(device, std::string(knob.id)));
  }
  return report;
}

int fake_ifindex(const fs::path& path, const std::string& netdev) {
  FakeHost host = FakeFile(path).load();
  const FakeDevice* device = find_device(host, netdev);
  return device == nullptr ? 0 : device->ifindex;
}

bool fake_has_function(const fs::path& path, const std::string& pci_address) {
  const FakeHost host = FakeFile(path).load();
  return std::ranges::any_of(host.devices, [&](const FakeDevice& device) {
    return !device.gone && device.facts.pci_address == pci_address;
  });
}

}  // namespace moderato
