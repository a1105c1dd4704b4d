// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stats/association.hpp"
#include "stats/repeatability.hpp"

namespace moderato {

/// Whether the score follows a knob. `inert` is a claim of its own and needs evidence: a test that
/// sees nothing may just have seen too little.
enum class Finding { moves, inert, unclear };
std::string_view name_of(Finding finding);  ///< "moves", "inert", "unclear"

/// All that was measured of one knob with all else equal. The candidates of `confirm` were chosen
/// by their scores in `search`, so the two are tested apart.
struct KnobTrials {
  std::string knob;
  std::vector<Block> search, confirm;
  std::optional<std::int64_t> baseline;  ///< preferred as the value to compare with
};

/// What the score does when one knob changes and all others stay. Effects are log ratios.
struct KnobResponse {
  std::string knob;
  Finding finding = Finding::unclear;
  int values = 0;              ///< that met others with all else equal
  std::int64_t reference = 0;  ///< the value that the others are compared with
  std::int64_t value = 0;      ///< the one with the largest effect
  double effect = 0;           ///< its score to that of `reference`, by median polish
  double bound = 0;            ///< no value has a larger one in any context, at 95 %; infinite
                               ///< where nothing is known
  double p = 1;                ///< association_test(): twice the smaller of search and confirmation
  double p_corrected = 1;      ///< after Holm, over the knobs
};

/// `moves`: p_corrected <= alpha. `inert`, only if all of these hold:
///   - the test sees nothing: p > alpha, before the correction
///   - the median effect of each value is within the repeatability limit
///   - an effect beyond twice that limit, or of a quarter, is ruled out, for every value in every
///     context: an equivalence test at 5 % (two one-sided tests, Schuirmann 1987; as each value has
///     to pass, no correction is needed). With few trials to know the noise from, Student's t is
///     what keeps this from being claimed.
/// Everything else is `unclear`: too few rounds to tell, for this noise. In the order of `knobs`.
std::vector<KnobResponse> responses_of(std::span<const KnobTrials> knobs,
                                       const Repeatability& noise, double alpha,
                                       std::uint64_t seed = 1, int draws = relabelling_draws);

/// One workload's figure of each trial in place of the score; all workloads have the same trials.
struct WorkloadTrials {
  std::string workload;
  Repeatability noise;            ///< of its own figure
  std::vector<KnobTrials> knobs;  ///< those that can reach it
};

/// What the figure of one workload does when one knob changes and all others stay. A score may stay
/// where it is while one workload gains what another loses.
struct WorkloadResponse {
  std::string workload;
  std::string out_of_reach;  ///< why the knob can never reach it; "": it was measured
  double limit = 0;          ///< repeatability limit of the workload's figure
  KnobResponse response;     ///< p: of this workload alone; p_corrected: p_shared, times the knobs
  double p_shared = 1;       ///< p, corrected for all workloads that the knob can reach
};

/// For each knob, in the order in which they first occur, each workload that it can reach. The
/// findings mean what they do for the score, with another correction: p_shared is that of
/// association_tests(), and p_corrected that times the number of knobs that could be tested. Holm's
/// would not do: a knob that moves one of its workloads still has others to claim.
std::vector<WorkloadResponse> workload_responses(std::span<const WorkloadTrials> workloads,
                                                 double alpha, std::uint64_t seed = 1,
                                                 int draws = relabelling_draws);

}  // namespace moderato
