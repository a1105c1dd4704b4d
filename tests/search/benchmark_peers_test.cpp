// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "search/benchmark/contest.hpp"
#include "search/benchmark/peer.hpp"
#include "search/benchmark/queueing.hpp"

using namespace moderato;
using namespace moderato::benchmark;

namespace {

/// Asks for 1, 2, 3 and has done; the same again in the next task.
constexpr const char* counts_to_three = R"(
  while read -r line; do
    case $line in
    *'"task"'*) n=0; echo '{"ready": true}' ;;
    *'"ask"'*)
      n=$((n + 1))
      if [ $n -le 3 ]; then echo "{\"candidates\": [$n]}"
      else echo '{"candidates": [], "why": "three are enough"}'; fi ;;
    esac
  done)";

Player peer(const std::string& script) {
  std::signal(SIGPIPE, SIG_IGN);  // as main does
  return {"p", "p", false, Prior::none, {"sh", "-c", script}};
}

Contest contest_of(std::vector<Player> players) {
  Contest contest{.players = std::move(players), .landscapes = queueing_landscapes()};
  contest.landscapes.resize(2);
  contest.game = {{NoiseModel::none}, 5};
  contest.seeds = 2;
  return contest;
}

}  // namespace

TEST_CASE("a peer is told the space by values, its mode, and anchors by number") {
  const Landscape landscape = queueing_landscapes().front();
  const std::string line = peer_task("optuna-tpe", task_for(landscape, true, 9), 50);
  CHECK(line.find('\n') == std::string::npos);
  const auto task = nlohmann::json::parse(line).at("task");
  CHECK(task["peer"] == "optuna-tpe");
  CHECK(task["seed"] == 9);
  CHECK(task["mode"] == "adaptive-rx");
  CHECK(task["candidates"].size() == 888);
  CHECK(task["candidates"][0] == nlohmann::json::array({1, 16, 88, 0, 128}));
  REQUIRE(task["anchors"].size() == 4);
  CHECK(task["anchors"][1] == 0);  // the baseline itself
  CHECK(task["candidates"][task["anchors"][2].get<std::size_t>()] ==
        nlohmann::json::array({0, 0, 1, 0, 128}));
  CHECK(nlohmann::json::parse(peer_task("x", task_for(landscape, false, 9), 5))["task"]["anchors"]
            .empty());
}

TEST_CASE("a peer plays task after task in one process, until it has done") {
  const auto results = hold(contest_of({peer(counts_to_three)}), {});
  REQUIRE(results.has_value());
  for (const Series& series : results->front()) {
    REQUIRE(series.plays.size() == 2);
    for (const Play& play : series.plays) {
      REQUIRE(play.evaluations.size() == 3);
      CHECK(play.evaluations[2].candidate == 3);
      CHECK(play.ended == "three are enough");
    }
  }
}

TEST_CASE("a peer that refuses, dies, or talks nonsense is an error, not a bad figure") {
  for (const char* script : {R"(read -r l; echo '{"error": "no module named x"}'; cat >/dev/null)",
                             "exit 3", "read -r l; echo hello; cat >/dev/null"}) {
    const auto failed = hold(contest_of({peer(script)}), {});
    REQUIRE(!failed);
    CHECK(failed.error().message.starts_with("p cannot play: "));
  }
  CHECK(!hold(contest_of({{"p", "p", false, Prior::none, {"/nonexistent/peer"}}}), {}));
}

TEST_CASE("how many play at the same time changes nothing") {
  Contest contest = contest_of({{"grid", "grid"}, peer(counts_to_three)});
  contest.game.noise = {};
  const auto alone = hold(contest, {});
  contest.jobs = 3;
  const auto together = hold(contest, {});
  REQUIRE(alone.has_value());
  REQUIRE(together.has_value());
  for (std::size_t i = 0; i < alone->size(); ++i)
    for (std::size_t j = 0; j < (*alone)[i].size(); ++j)
      for (std::size_t k = 0; k < 2; ++k)
        CHECK((*alone)[i][j].plays[k].regret == (*together)[i][j].plays[k].regret);
}

TEST_CASE("players are ours and peers by name, with anchors if they can use them") {
  const PeerPrograms programs{"/peers", "/python", "/dlib"};
  CHECK(find_player("grid", programs)->command.empty());
  CHECK(find_player("grid+anchors", programs)->anchors);
  const auto tpe = find_player("optuna-tpe+anchors", programs);
  REQUIRE(tpe.has_value());
  CHECK(tpe->searcher == "optuna-tpe");
  CHECK(tpe->command == std::vector<std::string>{"/python", "/peers/play.py", "optuna-tpe"});
  CHECK(find_player("dlib", programs)->command == std::vector<std::string>{"/dlib"});
  CHECK(!find_player("nlopt-esch+anchors", programs));
  CHECK(find_player("optuna", programs).error().fault == Fault::usage);
  for (const std::string& name : usual_players(true))
    CHECK(find_player(name, programs).has_value());
}
