// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "report/study.hpp"

namespace moderato {

/// For a study that found nothing: because nothing can be found with these knobs, or because the
/// baseline is good? One sentence a knob that moves the score or single workloads, one for all that
/// are inert, one for all that are unclear.
std::vector<std::string> knob_sentences(const StudyReport& report);

}  // namespace moderato
