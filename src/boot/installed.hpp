// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/device.hpp"
#include "core/result.hpp"
#include "profile/profile.hpp"

namespace moderato {

/// Where the administrator's documents lie, all below one folder, /etc/moderato.
struct ConfigPlaces {
  std::filesystem::path folder;

  std::filesystem::path profiles() const { return folder / "profiles.d"; }
  std::filesystem::path active_class() const { return folder / "class"; }  ///< one word
  std::filesystem::path stale_policy() const { return folder / "stale"; }  ///< one word
};

/// $MODERATO_CONFIG_DIR, else /etc/moderato.
ConfigPlaces default_config();

struct InstalledProfile {
  std::filesystem::path file;
  Profile profile;
};

/// What lies in a folder of profiles. A file that cannot be taken does not hide the others.
struct Installed {
  std::vector<InstalledProfile> profiles;  ///< by file name
  std::vector<Error> broken;               ///< one a file, which it names

  std::set<std::string> classes() const;
};

/// Reads `folder`/*.json. A folder that is not there holds nothing. A profile with a fault is
/// broken; so is one that somebody other than root could have written, where the caller is root.
Installed read_installed(const std::filesystem::path& folder, const KnobRanges& device_knobs,
                         const KnobRanges& process_knobs);

/// The one word of a file such as /etc/moderato/class; nothing if there is no such file. An empty
/// file, several words, or a file that root cannot trust is an error.
Result<std::optional<std::string>> read_word(const std::filesystem::path& file);

/// The class in force on this host: the word of places.active_class(); without that file the class
/// that all installed profiles have in common, "" if there are no profiles. Profiles of several
/// classes and no file: an error, since none may be preferred by chance.
Result<std::string> active_class(const ConfigPlaces& places, const Installed& installed);

/// How much a match demands: the number of its fields that are given, 0 to 4.
int specificity(const Match& match);

/// Which profile a device gets. Both empty: no profile of the class matches.
struct Choice {
  const InstalledProfile* profile = nullptr;
  /// Two or more that match and demand equally much, more than any other: none is preferred.
  std::vector<const InstalledProfile*> ambiguous;
};

/// The most specific profile of `workload_class` that matches `device`. Profiles that hold advice
/// for processes only, and nothing for devices, do not take part. The pointers are into
/// `installed`.
Choice choose(const Installed& installed, const std::string& workload_class, const Device& device);

/// "a.json and b.json match equally well": for people; empty unless the choice is ambiguous.
std::string describe_ambiguity(const Choice& choice);

}  // namespace moderato
