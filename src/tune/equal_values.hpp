// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/interrupt.hpp"
#include "search/merging.hpp"
#include "tune/session.hpp"
#include "tune/study.hpp"

namespace moderato {

/// Writes every value of every device knob of the space once, or in two settings of the others, and
/// reads it back: some ten to a hundred writes, no workload. A value that an endpoint refuses is
/// left to the search, which may meet it where it is welcome. The baseline is back at every
/// endpoint when this returns; an error means that the study cannot go on.
Result<std::vector<EqualValue>> find_equal_values(const Space& space, const StudyHeader& header,
                                                  Session& session, const Interrupt& interrupt);

/// "rx-usecs: 3 is the same as 4, 5 is the same as 4": for people.
std::string describe(const std::vector<EqualValue>& equal);

}  // namespace moderato
