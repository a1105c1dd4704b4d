// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/trial.hpp"
#include "space/space.hpp"

namespace moderato {

// Before the search: does each knob do anything, with all else equal? Pure.

/// Candidates in pairs that differ in nothing but one knob, by as much as the space allows: for
/// each parameter up to `contexts` such pairs, in different settings of the other knobs, since one
/// knob may hide another (rx-frames 1 leaves nothing for rx-usecs to wait for). The baseline, which
/// is measured anyway, is the first context of each where the space holds it. In the order of
/// `candidates`, each once. The same seed gives the same choice.
std::vector<Candidate> probing_candidates(const Space& space, const Settings& baseline,
                                          std::span<const Candidate> candidates, int contexts,
                                          std::uint64_t seed);

/// What is left to search when these knobs do nothing: of candidates that differ in nothing else
/// the one that leaves most of them at the baseline, and none that differs from the baseline in
/// nothing else.
std::vector<Candidate> without_inert(std::span<const Candidate> candidates,
                                     const std::set<std::string>& inert, const Settings& baseline);

}  // namespace moderato
