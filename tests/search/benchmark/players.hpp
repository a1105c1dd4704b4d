// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"

namespace moderato::benchmark {

/// What a player knows of an earlier study, of 50 trials.
enum class Prior {
  none,
  related,     ///< "+earlier": of the same class, altered by chance
  misleading,  ///< "+misled": of another class
};

/// Someone who plays: "bayesian", "bayesian+anchors", "optuna-tpe", ...
struct Player {
  std::string name;      ///< as given
  std::string searcher;  ///< without "+anchors"
  bool anchors = false;  ///< is given the landscape's documented settings
  Prior prior = Prior::none;
  std::vector<std::string> command;  ///< of a peer; empty: one of ours
};

/// Where the programs of peers are.
struct PeerPrograms {
  std::string folder;  ///< tests/search/peers
  std::string python;  ///< with the modules of the peers
  std::string dlib;    ///< the program peer_dlib
};

std::vector<std::string> peer_names();

/// All of ours but the grid, cold and with anchors; of peers likewise, if they can use anchors at
/// all.
std::vector<std::string> usual_players(bool with_peers);

Result<Player> find_player(const std::string& name, const PeerPrograms& programs);

}  // namespace moderato::benchmark
