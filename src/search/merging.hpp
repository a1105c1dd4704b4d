// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/trial.hpp"
#include "space/space.hpp"

namespace moderato {

// Before the search: which values are one and the same to the driver? It may round, clamp, or keep
// what it has. To measure them apart would be to measure the same thing twice. Pure.

/// A value of a knob that every endpoint takes for another one of the same knob.
struct EqualValue {
  std::string knob;
  std::int64_t value = 0;
  std::int64_t same_as = 0;

  bool operator==(const EqualValue&) const = default;
};

/// Candidates to be written and read back, each once: every value of each of `knobs` in up to
/// `contexts` settings of the other knobs, that of the baseline first. The same seed gives the same
/// choice.
std::vector<Candidate> candidates_to_read_back(const std::set<std::string>& knobs,
                                               const Settings& baseline,
                                               std::span<const Candidate> candidates, int contexts,
                                               std::uint64_t seed);

/// Number of a candidate -> what each endpoint showed of it, in their order. Candidates that an
/// endpoint refused are missing; 0 is the baseline.
using ReadBacks = std::map<int, std::vector<Settings>>;

/// Values that no endpoint tells apart in any setting of the other knobs in which both were read
/// back. Of equal values that one stands for all which reads back as itself; of several the
/// baseline's, else the first one of the parameter. Knobs that no endpoint shows,
/// as those of processes, have none.
std::vector<EqualValue> equal_values(const Space& space, const Settings& baseline,
                                     std::span<const Candidate> candidates,
                                     const ReadBacks& read_backs);

/// One of all candidates that are the same but for equal values, and none that is the same as the
/// baseline. In the order of `candidates`.
std::vector<Candidate> merged(std::span<const Candidate> candidates,
                              std::span<const EqualValue> equal, const Settings& baseline);

}  // namespace moderato
