// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace moderato::benchmark {

/// The command line.
struct Options {
  std::vector<std::string> searchers;   ///< empty: all of our own but the grid, cold and warm
  std::vector<std::string> landscapes;  ///< names; empty: all
  std::string recorded;                 ///< folder of recorded landscapes
  int seeds = 100;
  int first_seed = 1;
  std::vector<int> evaluations{20, 30, 50};
  int batch = 1;
  int rounds = 1;
  std::string noise = "contaminated";
  bool noisy_baseline = false;
  bool show = false;   ///< only describe the landscapes
  bool each = false;   ///< a table for each landscape, besides the mean
  std::string json;    ///< file
  std::string peers;   ///< folder of the peers' programs
  std::string python;  ///< that runs them
};

}  // namespace moderato::benchmark
