// SPDX-License-Identifier: Apache-2.0
#include "search/model_view.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace moderato;

namespace {

/// rx-usecs moves the score by an octave law, rx-frames does nothing.
SearchTask two_knobs() {
  SearchTask task;
  task.space = {{{"rx-usecs", {1, 2, 4, 8, 16, 32, 64}}, {"rx-frames", {1, 4, 16, 64}}}, {}};
  task.baseline = {{"rx-usecs", 64}, {"rx-frames", 64}};
  task.candidates = enumerate(task.space, task.baseline);
  return task;
}

double score_of(const Settings& settings) {
  return -0.3 *
         std::exp(-0.5 * std::pow(std::log2(static_cast<double>(settings.at("rx-usecs"))) - 2, 2));
}

std::vector<Told> all_told(const SearchTask& task) {
  std::vector<Told> told;
  for (const Candidate& candidate : task.candidates)
    told.push_back({candidate, {score_of(candidate.settings), 3}});
  return told;
}

}  // namespace

TEST_CASE("the knob that the score follows has nearly all the relevance") {
  const SearchTask task = two_knobs();
  const auto view = model_view(task, all_told(task), task.candidates.front().number);
  REQUIRE(view);
  CHECK(view->relevance.at("rx-usecs") > 0.9);
  CHECK(view->relevance.at("rx-usecs") + view->relevance.at("rx-frames") == doctest::Approx(1));
}

TEST_CASE("what the model believes of a candidate is near what was measured, and says how sure") {
  const SearchTask task = two_knobs();
  for (const Told& one : all_told(task)) {
    if (one.candidate.number % 5 != 0) continue;
    const auto view = model_view(task, all_told(task), one.candidate.number);
    REQUIRE(view);
    CHECK(view->sd > 0);
    CHECK(std::abs(view->log_ratio - one.score.log_ratio) < 0.05);
  }
}

TEST_CASE("of few scores, or of a candidate without one, nothing is believed") {
  const SearchTask task = two_knobs();
  auto told = all_told(task);
  CHECK_FALSE(model_view(task, told, 999));
  told.resize(4);
  CHECK_FALSE(model_view(task, told, told.front().candidate.number));
}
