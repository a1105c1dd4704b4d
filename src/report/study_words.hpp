// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/knob.hpp"
#include "profile/profile.hpp"
#include "report/study.hpp"

namespace moderato {

std::string signed_percent(double relative);  ///< 0.031 -> "+3.1 %"
/// 0.031 -> "3.1 %". What that would round away has two digits: 0.0004 -> "0.040 %".
std::string percent(double relative);
/// "0.969". Beside 1 as many digits as tell it from 1: "0.99960".
std::string ratio_text(double ratio);
/// "<0.0001", "0.0312", "0.43", "1". What is above `alpha` has as many digits as show it.
std::string p_text(double p, double alpha = 0);
std::string figure_text(double value);      ///< four significant digits, never an exponent
std::string duration_text(double seconds);  ///< "2 h 13 min", "4 min 5 s", "12.3 s"
std::string settings_text(const Settings& settings);  ///< "rx-frames=1 rx-usecs=0"

/// "[0.951, 0.988]", or "-" where there were too few rounds for one.
std::string interval_text(const Comparison& comparison);

/// Of a KnobResponse: "3.9 %", or "?" where nothing is known.
std::string bound_text(double bound);

/// "moves", "inert", "unclear", "out of reach".
std::string reach_text(const WorkloadResponse& response);

bool is_significant(const Comparison& comparison, double alpha);

/// "throughput >= 0.98: 0.910 [0.901, 0.922]"
std::string constraint_text(const ConstraintFinding& finding);

/// "violates ...", "significantly better", "significantly worse", "not significant", "fell behind",
/// "failing"; before the confirmation is over "not tested yet" of whom may still be.
std::string finding_text(const StudyReport& report, const Comparison& comparison);

/// The comparison of the chosen settings, null if there is none.
const Comparison* chosen_comparison(const StudyReport& report);

}  // namespace moderato
