// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/device.hpp"

namespace moderato {

/// A file of this host by which somebody else sets a knob of a device.
struct OtherWriter {
  std::string manager;         ///< "NetworkManager", "systemd", "TuneD", "udev"
  std::filesystem::path file;  ///< as seen from the root
  std::string knob;            ///< "rx-usecs"; "": the file does not tell which
  std::string value;           ///< as the file has it, "8us"
  bool certain = true;  ///< false: it may be for this device; its conditions are not all known

  bool operator==(const OtherWriter&) const = default;
};

/// Who sets knobs of `device`, by the files in their standard folders below `root` ("/"):
/// connections of NetworkManager (ethtool.coalesce-*), .link files of systemd (the first that
/// matches, as systemd.link(5) has it), the active profiles of TuneD (net plugin, coalesce), udev
/// rules that call ethtool. A file that cannot be read says nothing. Reads, and never writes.
std::vector<OtherWriter> other_writers(const Device& device, const std::filesystem::path& root);

}  // namespace moderato
