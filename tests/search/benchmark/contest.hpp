// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "search/benchmark/figures.hpp"
#include "search/benchmark/play.hpp"
#include "search/benchmark/players.hpp"

namespace moderato::benchmark {

struct Contest {
  std::vector<Player> players;
  std::vector<Landscape> landscapes;
  Game game;
  int first_seed = 1;
  int seeds = 100;
  int jobs = 1;  ///< plays at the same time
};

/// Called whenever a player has done with a landscape; by one thread at a time.
using Progress = std::function<void(const Series& done, double seconds)>;

/// [player][landscape]. An error as soon as one player fails.
Result<std::vector<std::vector<Series>>> hold(const Contest& contest, const Progress& progress);

}  // namespace moderato::benchmark
