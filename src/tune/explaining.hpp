// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tune/findings.hpp"

namespace moderato {

/// Fills in which knobs matter, by the model and by the data of the search, and what the model
/// expected of the best finalist; nothing of a search that has measured fewer than five candidates.
void explain(const StudyHeader& header, Findings& findings);

}  // namespace moderato
