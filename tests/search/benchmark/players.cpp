// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/players.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/nearest.hpp"
#include "search/searcher.hpp"

namespace moderato::benchmark {
namespace {

constexpr std::string_view suffix = "+anchors";

struct Peer {
  std::string_view name;
  enum class By { python, r, program } by;
  bool warm;   ///< can be told of settings to look at first
  bool usual;  ///< irace takes budgets of hundreds
};
constexpr std::array<Peer, 8> peers{{{"optuna-tpe", Peer::By::python, true, true},
                                     {"optuna-tpe-multivariate", Peer::By::python, true, true},
                                     {"sklearn-gp-ei", Peer::By::python, true, true},
                                     {"dlib", Peer::By::program, true, true},
                                     {"nlopt-esch", Peer::By::python, false, true},
                                     {"nlopt-direct-l-rand", Peer::By::python, false, true},
                                     {"nlopt-crs2", Peer::By::python, false, true},
                                     {"irace", Peer::By::r, false, false}}};

std::vector<std::string> command_of(const Peer& peer, const PeerPrograms& programs) {
  switch (peer.by) {
    case Peer::By::python:
      return {programs.python, programs.folder + "/play.py", std::string(peer.name)};
    case Peer::By::r:
      return {"Rscript", "--vanilla", programs.folder + "/irace.R"};
    case Peer::By::program:
      return {programs.dlib};
  }
  return {};
}

}  // namespace

std::vector<std::string> peer_names() {
  std::vector<std::string> names;
  for (const Peer& peer : peers)
    names.emplace_back(peer.name);
  return names;
}

std::vector<std::string> usual_players(bool with_peers) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name, bool warm) {
    names.push_back(name);
    if (warm) names.push_back(name + std::string(suffix));
  };
  for (const std::string& name : searcher_names())
    if (name != "grid") add(name, true);  // of a large space the grid sees a corner
  if (!with_peers) return names.empty() ? searcher_names() : names;
  for (const Peer& peer : peers)
    if (peer.usual) add(std::string(peer.name), peer.warm);
  return names;
}

Result<Player> find_player(const std::string& name, const PeerPrograms& programs) {
  Player player{name, name};
  const auto strip = [&](std::string_view ending) {
    if (!player.searcher.ends_with(ending)) return false;
    player.searcher.resize(player.searcher.size() - ending.size());
    return true;
  };
  if (strip("+earlier")) player.prior = Prior::related;
  if (strip("+misled")) player.prior = Prior::misleading;
  player.anchors = strip(suffix);
  std::vector<std::string> known = searcher_names();
  if (std::ranges::find(known, player.searcher) != known.end()) return player;
  const auto* const peer = std::ranges::find(peers, player.searcher, &Peer::name);
  if (player.prior == Prior::none && peer != peers.end() && (peer->warm || !player.anchors)) {
    player.command = command_of(*peer, programs);
    return player;
  }
  std::ranges::copy(peer_names(), std::back_inserter(known));
  return fail(Fault::usage, fmt::format("there is no searcher '{}'", name),
              did_you_mean(player.searcher, known, fmt::format("{}", fmt::join(known, ", "))));
}

}  // namespace moderato::benchmark
