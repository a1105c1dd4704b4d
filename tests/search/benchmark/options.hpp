// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "search/benchmark/players.hpp"

namespace moderato::benchmark {

/// The command line.
struct Options {
  std::vector<std::string> searchers;   ///< empty: the usual ones
  std::vector<std::string> landscapes;  ///< names or their beginnings; empty: all
  std::string folder;                   ///< of recorded landscapes
  int variant = 0;                      ///< of the tables by formula
  int seeds = 100;
  int first_seed = 1;
  std::vector<int> evaluations{20, 30, 50};  ///< ascending
  int batch = 1;
  int rounds = 1;
  int finalists = 1;
  std::string noise = "contaminated";
  bool noisy_baseline = false;
  bool with_peers = false;
  bool show = false;  ///< describe the landscapes and play nothing
  bool each = false;  ///< a table for each landscape, besides the mean
  int jobs = 1;
  std::string json;    ///< file
  std::string beside;  ///< file that an earlier run has written
  PeerPrograms programs;
};

/// The exit status where there is nothing left to do: help was asked for, or the arguments are
/// wrong.
std::optional<int> read_options(int argc, char** argv, Options& options);

}  // namespace moderato::benchmark
