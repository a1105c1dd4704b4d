// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "search/benchmark/landscape.hpp"
#include "search/benchmark/noise.hpp"

namespace moderato::benchmark {

struct Game {
  NoisePlan noise;
  int budget = 50;    ///< evaluations
  int batch = 1;      ///< candidates that are asked for at once, and measured in the same rounds
  int finalists = 1;  ///< recommended ones of which the best counts
};

struct Evaluation {
  int candidate = 0;
  double score = 0;
};

/// One searcher on one landscape with one seed.
struct Play {
  std::vector<Evaluation> evaluations;  ///< at most the budget: a searcher may end by itself
  std::vector<double> regret;  ///< [n]: of the best finalist after n evaluations, a log ratio;
                               ///< always of budget + 1 values
  double suggest_seconds = 0;  ///< ask() and tell() together, of all evaluations
  std::string ended;           ///< why before the budget was spent; empty: it was
};

/// What the data suggest, the best first: at most `count` candidates with the lowest scores, the
/// median where one was measured more than once; the baseline alone, whose score is 0, if none is
/// below. `evaluations`: the first ones of a play.
std::vector<int> recommended(const std::vector<Evaluation>& evaluations, int count = 1);

/// The searcher must be fresh. `seed` decides
/// the noise; the searcher has a seed of its own.
Play play(const Landscape& landscape, Searcher& searcher, const Game& game, std::uint64_t seed);

}  // namespace moderato::benchmark
