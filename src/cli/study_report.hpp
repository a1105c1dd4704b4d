// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "core/folder.hpp"
#include "report/study.hpp"
#include "tune/findings.hpp"
#include "tune/study.hpp"

namespace moderato {

/// What the report of a study says, from its records and what was found in them. It names the
/// files of `folder` that are there.
StudyReport make_report(const StudyHeader& header, const std::vector<Trial>& trials,
                        const Findings& findings, const std::filesystem::path& folder);

/// Writes profile.json (of a finished study), report.txt, report.json and report.html into the
/// study's folder, and names in `report` what is there then.
Result<void> write_results(StudyReport& report, const Findings& findings, const Folder& folder);

}  // namespace moderato
