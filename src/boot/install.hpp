// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "boot/installed.hpp"
#include "core/result.hpp"

namespace moderato {

/// The file that a profile is installed as, "micro-rx-mlx5_core-vf-15b3.101e.json": class, name and
/// match, so that profiles of all classes and kinds of NIC lie side by side.
std::string installed_name(const Profile& profile);

struct InstallRequest {
  std::vector<Profile> profiles;
  std::string active_class;  ///< "": the one in force; where none is, or none that has a profile,
                             ///< that of the profiles
  std::string stale_policy;  ///< "": as it is
  bool replace = false;      ///< take the place of a profile with other content, and keep that one
};

/// Puts the profiles in place, each on disk whole before it has its name, and chooses the class.
/// Everything is checked before anything is written; on failure what was placed is taken back. The
/// answer says what was done, one line a file. Refused: a profile under whose name another one is
/// installed (unless `replace`, which keeps that as NAME.json.old), and a class of which there is
/// no profile.
Result<std::vector<std::string>> install_profiles(const InstallRequest& request,
                                                  const ConfigPlaces& places,
                                                  const KnobRanges& device_knobs,
                                                  const KnobRanges& process_knobs);

/// Takes back what install_profiles has put in place: the profiles of these names (of the profile
/// or of its file), without names all of them, the class and the stale policy. Files that it did
/// not make stay, and are told, and so is that the class in force has no profile any more.
Result<std::vector<std::string>> uninstall_profiles(const std::vector<std::string>& names,
                                                    const ConfigPlaces& places,
                                                    const KnobRanges& device_knobs,
                                                    const KnobRanges& process_knobs);

}  // namespace moderato
