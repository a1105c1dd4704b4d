// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "core/device.hpp"
#include "fakes/fake_host.hpp"
#include "knobs/backend.hpp"
#include "knobs/catalogue.hpp"

namespace moderato {

/// The file of a FakeHost. Every call is whole: under a lock that other processes respect, and
/// replaced by rename, so that kill -9 leaves the old device or the new one. Throws where the file
/// is unreadable: then the test is broken, not the code under test.
class FakeFile {
 public:
  explicit FakeFile(std::filesystem::path path) : path_(std::move(path)) {}
  FakeHost load() const;
  void save(const FakeHost& host) const;
  void change(const std::function<void(FakeHost&)>& how) const;

 private:
  FakeHost parse() const;
  void replace(const FakeHost& host) const;
  std::filesystem::path path_;
};

/// One group of knobs of the devices in a file, as the real backends divide them.
class FakeNic : public Backend {
 public:
  FakeNic(const std::filesystem::path& path, Access access);
  bool handles(std::string_view knob) const override;
  Result<std::vector<KnobState>> read(const std::string& netdev) override;
  Result<void> write(const std::string& netdev, const Settings& settings) override;
  std::vector<Change> changes() override;

 private:
  FakeFile file_;
  Access access_;
  int number_ = 0;                           ///< among the backends of this file
  std::map<std::string, std::size_t> seen_;  ///< netdev -> notifications looked at
};

/// Both groups, as real_backends().
Backends fake_backends(const std::filesystem::path& path);

/// What `moderato probe` would find.
HostReport fake_discover(const std::filesystem::path& path);
int fake_ifindex(const std::filesystem::path& path, const std::string& netdev);
bool fake_has_function(const std::filesystem::path& path, const std::string& pci_address);

}  // namespace moderato
