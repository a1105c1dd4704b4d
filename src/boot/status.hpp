// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "boot/boot.hpp"
#include "boot/installed.hpp"
#include "boot/other_writers.hpp"
#include "core/device.hpp"

namespace moderato {

/// How a device stands to the profile that is installed for it, from good to bad: each is worse
/// than the one before.
enum class ProfileState {
  current,  ///< it has the profile's values
  differs,  ///< it has others
  stale,    ///< its fingerprint has changed, whatever its values are
  none,     ///< no profile, or several that match equally well
};
std::string_view name_of(ProfileState state);

/// One device and one workload class.
struct StatusRow {
  std::string host, netdev, driver, kind;
  std::string workload_class;
  bool active = false;  ///< that class is the one asked about; others do not count
  ProfileState state = ProfileState::none;
  std::string profile;               ///< file name; "": none
  std::vector<Difference> differed;  ///< also where it is stale
  std::vector<std::string> stale;    ///< parts of the fingerprint that have changed
  std::string problem;               ///< why no profile could be chosen, or is whole in force
  std::vector<OtherWriter> writers;  ///< by whose files knobs of the profile are set
};

/// What is asked: the devices of these names, of all names if there are none; the class that
/// counts.
struct StatusQuestion {
  std::vector<std::string> netdevs;
  std::string workload_class;
};

/// Each device that has knobs, with each class that has a profile for it, and with the class that
/// counts in any case; devices without bus only where a profile is for them, or by name. Pure.
std::vector<StatusRow> status_of(const HostReport& report, const Installed& installed,
                                 const StatusQuestion& question);

/// Names those who set knobs of the rows' profiles, by their files below `root`. Of this host only.
void find_writers(std::vector<StatusRow>& rows, const HostReport& report,
                  const std::filesystem::path& root);

/// Of the rows that count; none if there are none.
ProfileState worst_of(const std::vector<StatusRow>& rows);

}  // namespace moderato
