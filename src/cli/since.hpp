// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "tune/tune.hpp"

namespace moderato {

/// The folder of the study that wrote the profile: where it lies, else beside it, or in the folder
/// where moderato was started; empty if it is not there any more. Root passes over one that
/// somebody else could have written.
std::filesystem::path study_of(const std::filesystem::path& file, const Profile& profile);

/// What a study was started with: study.json and the policy, without the reports of its endpoints.
/// It says what will run: where the caller is root, nobody else could have written it.
Result<StudyHeader> read_beginning(const std::filesystem::path& study);

/// The profile, with what is left of its study.
Result<SinceProfile> load_since(const std::string& path);

}  // namespace moderato
