// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "search/benchmark/figures.hpp"
#include "search/benchmark/noise.hpp"
#include "search/benchmark/output.hpp"
#include "search/benchmark/play.hpp"
#include "search/benchmark/recorded.hpp"
#include "stats/summary.hpp"

using namespace moderato;
using namespace moderato::benchmark;

namespace {

/// Candidate 1 is as good as the baseline, 2 twice as good, ...
Landscape line(int count) {
  Landscape landscape{.name = "line", .baseline = {{"rx-usecs", 0}}, .truth = {0}};
  for (int i = 1; i <= count; ++i) {
    landscape.candidates.push_back({i, {{"rx-usecs", i}}});
    landscape.truth.push_back(-std::log(i));
  }
  return landscape;
}

Play grid_on(const Landscape& landscape, const Game& game, std::uint64_t seed) {
  const auto searcher = make_searcher("grid", task_for(landscape, false, 1));
  REQUIRE(searcher.has_value());
  return play(landscape, **searcher, game, seed);
}

std::vector<double> scores(const Play& play) {
  std::vector<double> result;
  for (const Evaluation& evaluation : play.evaluations)
    result.push_back(evaluation.score);
  return result;
}

/// Of one candidate, measured many times.
std::vector<double> noise_of(NoisePlan plan, Load load, int count, std::uint64_t seed = 1) {
  Landscape landscape = line(1);
  landscape.load = load;
  Measurer measurer(landscape, plan, seed);
  std::vector<double> values;
  for (int i = 0; i < count; ++i)
    values.push_back(measurer.measure({landscape.candidates.front()}).front().log_ratio);
  return values;
}

double share_above(const std::vector<double>& values, double limit) {
  return static_cast<double>(std::ranges::count_if(values, [&](double v) { return v > limit; })) /
         static_cast<double>(values.size());
}

double interquartile(const std::vector<double>& values) {
  return quantile(values, 0.75) - quantile(values, 0.25);
}

Play with_regrets(std::vector<double> factors) {
  Play play;
  for (const double factor : factors)
    play.regret.push_back(std::log(factor));
  return play;
}

}  // namespace

TEST_CASE("without noise a searcher is told the truth") {
  const Landscape landscape = line(5);
  const Play played = grid_on(landscape, {{NoiseModel::none}, 5}, 1);
  CHECK(scores(played) == std::vector<double>(landscape.truth.begin() + 1, landscape.truth.end()));
  for (std::size_t n = 1; n <= 5; ++n)
    CHECK(played.regret[n] == doctest::Approx(std::log(5.0 / static_cast<double>(n))));
}

TEST_CASE("equal seeds give equal plays, others do not") {
  for (const std::string& name : noise_names()) {
    if (name == "none") continue;
    const Game game{{*noise_from(name), 3, true}, 20, 4};
    const auto first = scores(grid_on(line(20), game, 7));
    CHECK(first == scores(grid_on(line(20), game, 7)));
    CHECK(first != scores(grid_on(line(20), game, 8)));
  }
}

TEST_CASE("whoever measures a candidate for the n-th time has the same luck") {
  const Landscape landscape = line(3);
  const auto& c = landscape.candidates;
  Measurer one(landscape, {}, 5), other(landscape, {}, 5);
  const auto a = one.measure({c[0], c[1]});
  const auto b = other.measure({c[2], c[1]});
  CHECK(a[1].log_ratio == b[1].log_ratio);
  CHECK(one.measure({c[1]})[0].log_ratio == other.measure({c[1]})[0].log_ratio);
  CHECK(one.measure({c[1]})[0].log_ratio != a[1].log_ratio);
}

TEST_CASE("contaminated noise has the spread and the outliers that were measured") {
  const auto moderate = noise_of({}, Load::moderate, 20'000);
  CHECK(interquartile(moderate) == doctest::Approx(0.015 * 1.35).epsilon(0.1));
  CHECK(share_above(moderate, std::log(1.5)) == doctest::Approx(0.04).epsilon(0.1));
  CHECK(share_above(moderate, std::log(9.6)) == 0);
  const auto saturated = noise_of({}, Load::saturated, 20'000);
  CHECK(interquartile(saturated) > 2.5 * interquartile(moderate));
  CHECK(share_above(saturated, std::log(1.5)) == doctest::Approx(0.12).epsilon(0.1));
  const auto gaussian = noise_of({NoiseModel::gaussian}, Load::moderate, 20'000);
  CHECK(share_above(gaussian, 0.1) == 0);
}

TEST_CASE("the median of more rounds is quieter, and free of outliers") {
  const auto one = noise_of({.rounds = 1}, Load::moderate, 5000);
  const auto seven = noise_of({.rounds = 7}, Load::moderate, 5000);
  CHECK(interquartile(seven) < 0.7 * interquartile(one));
  CHECK(share_above(seven, std::log(1.5)) < 0.002);
}

TEST_CASE("a noisy baseline makes candidates look good at times") {
  const auto noisy = noise_of({.noisy_baseline = true}, Load::moderate, 5000);
  CHECK(share_above(noisy, -std::log(1.5)) < 0.98);
  CHECK(share_above(noise_of({}, Load::moderate, 5000), -std::log(1.5)) == 1);
}

TEST_CASE("the baseline of the round takes drift away, absolute scores do not") {
  const auto paired = noise_of({NoiseModel::drift}, Load::moderate, 2000);
  const auto unpaired = noise_of({NoiseModel::drift_unpaired}, Load::moderate, 2000);
  CHECK(interquartile(paired) < 0.04);
  CHECK(interquartile(unpaired) > 0.1);
}

TEST_CASE("recorded noise is a recorded round") {
  Landscape landscape = line(1);
  landscape.residuals = {{}, {-0.5, 0, 0.25}};
  Measurer measurer(landscape, {NoiseModel::recorded}, 1);
  for (int i = 0; i < 50; ++i) {
    const double value = measurer.measure(landscape.candidates)[0].log_ratio;
    CHECK((value == -0.5 || value == 0 || value == 0.25));
  }
}

TEST_CASE("recommended is the lowest score, the median where there are several") {
  CHECK(recommended({}) == std::vector{0});
  CHECK(recommended({{1, 0.1}, {2, 0.2}}) == std::vector{0});  // the baseline is better
  CHECK(recommended({{1, -0.1}, {2, -0.2}, {3, std::nan("")}}) == std::vector{2});
  CHECK(recommended({{1, -0.1}, {2, -0.9}, {2, 0.1}, {2, 0.2}}) == std::vector{1});
}

TEST_CASE("of several finalists the best in truth counts") {
  CHECK(recommended({{1, -0.1}, {2, -0.2}, {3, -0.3}, {4, 0.1}}, 2) == std::vector{3, 2});
  CHECK(recommended({{1, -0.1}, {4, 0.1}}, 2) == std::vector{1});
  Landscape landscape = line(3);
  landscape.residuals = {{}, {0}, {-1}, {0}};  // 2 seems to be better than 3
  const NoisePlan noise{NoiseModel::recorded};
  CHECK(grid_on(landscape, {noise, 3, 1, 1}, 1).regret[3] == doctest::Approx(std::log(1.5)));
  CHECK(grid_on(landscape, {noise, 3, 1, 2}, 1).regret[3] == 0);
}

TEST_CASE("who ends before the budget is spent keeps the last recommendation, and says why") {
  const Play played = grid_on(line(2), {{NoiseModel::none}, 5}, 1);
  CHECK(played.evaluations.size() == 2);
  CHECK(played.regret.size() == 6);
  CHECK(played.regret[5] == played.regret[2]);
  CHECK(played.ended == "every candidate was measured");
}

TEST_CASE("shares, regret and N90 are what the plays say") {
  std::vector<Play> plays(9, with_regrets({3, 1.5, 1.0}));
  plays.push_back(with_regrets({3, 1.015, 1.04}));
  const auto result = figures({{"s", "l", plays}}, {{1, 2}, {0.01, 0.02, 0.05}});
  REQUIRE(result.size() == 1);
  CHECK(result[0].within[0][0].value == 0);
  CHECK(result[0].within[0][1].value == doctest::Approx(0.1));
  CHECK(result[0].within[1][1].value == doctest::Approx(0.9));
  CHECK(result[0].within[1][2].value == 1);
  CHECK(result[0].within[1][2].low == 1);
  CHECK(result[0].within[1][1].low < 0.9);
  CHECK(result[0].within[1][1].high > 0.9);
  CHECK(result[0].regret[1].value == doctest::Approx(0.004));
  CHECK(result[0].n90 == 2);
}

TEST_CASE("the mean counts every landscape the same") {
  const std::vector<Play> good(10, with_regrets({1, 1})), bad(30, with_regrets({2, 2}));
  const auto result = figures({{"s", "a", good}, {"s", "b", bad}}, {{1}, {0.02}});
  REQUIRE(result.size() == 3);
  CHECK(result[2].landscape == "mean");
  CHECK(result[2].within[0][0].value == doctest::Approx(0.5));
  CHECK(result[2].regret[0].value == doctest::Approx(0.5));
  CHECK(!result[2].n90);
}

TEST_CASE("figures survive being written, and are refused beside others' conditions") {
  const std::vector<Play> plays(4, with_regrets({3, 1.5, 1.0}));
  const Questions questions{{1, 2}, {0.02}};
  const auto all = figures({{"s", "l", plays}}, questions);
  const std::string text = to_json(all, questions, R"({"seeds": 4})");
  const auto read = from_json(text, "f.json", questions, R"({"seeds": 4})");
  REQUIRE(read.has_value());
  CHECK(to_json(*read, questions, R"({"seeds": 4})") == text);
  CHECK(!from_json(text, "f.json", questions, R"({"seeds": 5})"));
  CHECK(!from_json(text, "f.json", {{1}, {0.02}}, R"({"seeds": 4})"));
  CHECK(!from_json("[]", "f.json", questions, "{}"));
}

TEST_CASE("a time that is good with some numbers of frames is tried with the others") {
  // Two of the 50 candidates are within 2 %, both at a time that others of the first looks have met
  // with other frames. A study measures in three rounds and confirms four finalists.
  const auto all = recorded_landscapes(MODERATO_SOURCE_DIR "/tests/landscapes");
  REQUIRE(all.has_value());
  const auto landscape = std::ranges::find(*all, "modnic-verbs-send-p99", &Landscape::name);
  REQUIRE(landscape != all->end());
  const Game game{{.model = NoiseModel::recorded, .rounds = 3}, 20, 1, 4};
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const auto searcher = make_searcher("bayesian", task_for(*landscape, true, seed)).value();
    found += play(*landscape, *searcher, game, seed).regret.back() <= std::log(1.02) ? 1 : 0;
  }
  CHECK(found >= 21);
}
