// SPDX-License-Identifier: Apache-2.0
// The laws of the finding are those of whole simulated studies, with the noise of contaminated.hpp:
// effects are told in repeatability limits, 1.96 sqrt(2) 1.5 % = 4.2 %.
#include "stats/response.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "simulated_study.hpp"

namespace moderato {
namespace {

const double limit = 1.96 * std::sqrt(2) * 0.015;

/// rx-usecs on the shipped plan: eight values and the baseline's.
const SimulatedPlan usual{.a = {8, 0, 1, 2, 4, 16, 32, 64, 128}};
/// The shortest plan that can prove something.
const SimulatedPlan shortest{.a = {100, 0, 50, 200},
                             .calibration_rounds = 2,
                             .search_rounds = 1,
                             .finalists = 1,
                             .confirm_rounds = 6};
const SimulatedPlan grid{.a = {8, 0, 2, 32, 128}, .b = {1, 8, 44, 88}};

SimulatedPlan without_outliers(SimulatedPlan plan) {
  plan.outliers = false;
  return plan;
}

double nothing(std::int64_t, std::int64_t) {
  return 0;
}
/// Only the largest value of a is worse, whatever b is.
Landscape largest_worse(std::int64_t largest, double effect) {
  return [=](std::int64_t a, std::int64_t) { return a == largest ? effect : 0; };
}
Landscape zero_better(double effect) {
  return [=](std::int64_t a, std::int64_t) { return a == 0 ? -effect : 0; };
}

/// Shares of the findings.
struct Shares {
  double moves = 0, inert = 0, unclear = 0;
  void add(Finding finding, double share) {
    (finding == Finding::moves ? moves : finding == Finding::inert ? inert : unclear) += share;
  }
};
struct BothShares {
  Shares a, b;
};

BothShares shares_of(const SimulatedPlan& plan, const Landscape& landscape, int studies) {
  BothShares shares;
  for (int study = 0; study < studies; ++study) {
    const SimulatedStudy simulated =
        StudySimulator(plan, landscape, 1000 + static_cast<std::uint64_t>(study)).run();
    const auto responses =
        responses_of(std::vector{simulated.a, simulated.b}, simulated.noise, 0.05, 1, 199);
    shares.a.add(responses[0].finding, 1.0 / studies);
    shares.b.add(responses[1].finding, 1.0 / studies);
  }
  return shares;
}

KnobTrials blocks_with_effects(const std::vector<double>& effects, int rounds) {
  KnobTrials knob{.knob = "rx-usecs"};
  for (int round = 0; round < rounds; ++round) {
    Block block;
    for (std::size_t i = 0; i < effects.size(); ++i)
      block.trials.push_back({static_cast<std::int64_t>(i), round + effects[i]});
    knob.search.push_back(block);
  }
  return knob;
}

KnobResponse response_of(const KnobTrials& knob, const Repeatability& noise) {
  return responses_of(std::vector{knob}, noise, 0.05).front();
}

/// A probe of ten blocks of two values of one knob: a workload for each of `effects`, which are
/// those of the larger value, with normal noise of a trial.
std::vector<WorkloadTrials> probed_pairs(const std::vector<double>& effects, double noise,
                                         std::uint64_t seed) {
  ContaminatedNoise random(seed);
  std::vector<WorkloadTrials> workloads;
  for (const double effect : effects) {
    WorkloadTrials one{.workload = "w" + std::to_string(workloads.size())};
    one.knobs.push_back({.knob = "rx-usecs"});
    for (int round = 0; round < 10; ++round)
      one.knobs.front().search.push_back(
          {0, {{0, noise * random.normal()}, {1, effect + noise * random.normal()}}});
    one.noise = {.n = 14, .sd = std::sqrt(2) * noise, .limit = 1.96 * std::sqrt(2) * noise};
    workloads.push_back(std::move(one));
  }
  return workloads;
}

}  // namespace

TEST_CASE("a knob that does nothing is called moving in at most 5 % of studies") {
  for (const SimulatedPlan& plan : {usual, shortest, without_outliers(usual)}) {
    constexpr int studies = 400;
    const Shares shares = shares_of(plan, nothing, studies).a;
    // 3 binomial standard deviations above the level
    CHECK(shares.moves <= 0.05 + 3 * std::sqrt(0.05 * 0.95 / studies));
  }
}

TEST_CASE("a knob that does nothing is called inert in 8 of 10 studies on the shipped plan") {
  CHECK(shares_of(usual, nothing, 200).a.inert >= 0.8);
  CHECK(shares_of(grid, nothing, 100).b.inert >= 0.8);
  CHECK(shares_of(shortest, nothing, 200).a.inert >= 0.55);  // a quarter has no finalist
}

TEST_CASE("one value with an effect of three times the repeatability is never called inert") {
  CHECK(shares_of(usual, largest_worse(128, 3 * limit), 300).a.inert == 0);
  CHECK(shares_of(usual, zero_better(3 * limit), 300).a.inert == 0);
  CHECK(shares_of(grid, largest_worse(128, 3 * limit), 60).a.inert == 0);
  CHECK(shares_of(without_outliers(shortest), zero_better(3 * limit), 300).a.inert == 0);
}

TEST_CASE("an effect of twice the repeatability is called inert in 5 % of studies at most") {
  constexpr int studies = 300;
  const double at_most = 0.05 + 3 * std::sqrt(0.05 * 0.95 / studies);
  CHECK(shares_of(usual, largest_worse(128, 2 * limit), studies).a.inert <= at_most);
  CHECK(shares_of(usual, zero_better(2 * limit), studies).a.inert <= at_most);
}

TEST_CASE("with one trial a value and outliers a threefold effect is called inert in 5 %") {
  constexpr int studies = 300;
  const Shares shares = shares_of(shortest, largest_worse(200, 3 * limit), studies).a;
  CHECK(shares.inert <= 0.05 + 3 * std::sqrt(0.05 * 0.95 / studies));
  CHECK(shares.unclear >= 0.9);  // one round cannot prove that a value is worse
}

TEST_CASE("the best value is found to move the score where it stands out by the repeatability") {
  CHECK(shares_of(usual, zero_better(limit), 200).a.moves >= 0.9);
  CHECK(shares_of(without_outliers(shortest), zero_better(2 * limit), 200).a.moves >= 0.95);
}

TEST_CASE("a knob is not blamed for what another one does") {
  const BothShares shares = shares_of(grid, largest_worse(128, 4 * limit), 100);
  CHECK(shares.a.moves >= 0.95);
  CHECK(shares.b.moves <= 0.12);
  CHECK(shares.b.inert >= 0.8);
}

TEST_CASE("a knob that matters only under one value of another is not called inert") {
  const Landscape window = [](std::int64_t a, std::int64_t b) {
    return a == 128 && b == 88 ? 4 * limit : 0;
  };
  const BothShares shares = shares_of(grid, window, 60);
  CHECK(shares.a.inert == 0);
  CHECK(shares.b.inert == 0);
}

TEST_CASE("absence of significance is no inertness: an effect beyond the repeats stays unclear") {
  const Repeatability noise{.n = 20, .sd = 0.01, .limit = 0.0196};
  CHECK(response_of(blocks_with_effects({0, 0.05}, 1), noise).finding == Finding::unclear);
  CHECK(response_of(blocks_with_effects({0, 0.005}, 1), noise).finding == Finding::inert);
}

TEST_CASE("with little knowledge of the noise nothing is called inert") {
  for (std::size_t n : {0u, 2u, 4u}) {
    const Repeatability noise{.n = n, .sd = 0.01, .limit = 0.0196};
    const KnobResponse response = response_of(blocks_with_effects({0, 0}, 3), noise);
    CHECK(response.finding == Finding::unclear);
    CHECK(std::isinf(response.bound));
  }
}

TEST_CASE("where noise could hide an effect of a quarter nothing is called inert") {
  const KnobTrials still = blocks_with_effects({0, 0}, 3);
  CHECK(response_of(still, {.n = 50, .sd = 0.1, .limit = 0.196}).finding == Finding::inert);
  CHECK(response_of(still, {.n = 50, .sd = 0.3, .limit = 0.588}).finding == Finding::unclear);
}

TEST_CASE("a knob whose values never met is unclear, and has no effect to show") {
  const Repeatability noise{.n = 20, .sd = 0.01, .limit = 0.0196};
  KnobTrials knob{.knob = "rx-usecs"};
  knob.search = {{0, {{1, 0.0}}}, {1, {{2, 0.5}}}, {0, {{1, 0.0}}}, {1, {{2, 0.5}}}};
  const KnobResponse response = response_of(knob, noise);
  CHECK(response.finding == Finding::unclear);
  CHECK(response.values == 0);
  CHECK(response.p == 1);
}

TEST_CASE("values that never met the one compared with are not covered by the bound") {
  const Repeatability noise{.n = 20, .sd = 0.01, .limit = 0.0196};
  KnobTrials knob{.knob = "rx-usecs"};
  for (int round = 0; round < 3; ++round) {
    knob.search.push_back({0, {{0, 0.0}, {1, 0.0}}});
    knob.search.push_back({1, {{2, 0.0}, {3, 0.0}}});
  }
  CHECK(response_of(knob, noise).finding == Finding::unclear);
}

TEST_CASE("the largest effect is told with both values, the baseline's being the reference") {
  KnobTrials knob = blocks_with_effects({0.3, 0.0, 0.02}, 9);
  knob.baseline = 1;
  const KnobResponse response = response_of(knob, {.n = 20, .sd = 0.01, .limit = 0.0196});
  CHECK(response.finding == Finding::moves);
  CHECK(response.values == 3);
  CHECK(response.reference == 1);
  CHECK(response.value == 0);
  CHECK(response.effect == doctest::Approx(0.3));
  CHECK(response.bound > 0.3);
}

TEST_CASE("an outlier of the baseline in the one round of the search is no effect of all values") {
  const Repeatability noise{.n = 7, .sd = 0.0087, .limit = 0.017};
  KnobTrials knob{.knob = "rx-usecs", .baseline = 100};
  knob.search = {{0, {{100, 0.1}, {0, 0.002}, {50, -0.001}, {200, 0.003}}}};
  for (int round = 0; round < 6; ++round)
    knob.confirm.push_back({0, {{100, 0.001 * round}, {50, 0.0025}}});
  const KnobResponse response = response_of(knob, noise);
  CHECK(std::abs(response.effect) < 0.01);
  CHECK(response.finding == Finding::inert);
}

TEST_CASE("where every value but the baseline's is better, that is told in full") {
  KnobTrials knob{.knob = "rx-usecs", .baseline = 100};
  knob.search = {{0, {{100, 0}, {0, -0.3}, {50, -0.3}, {200, -0.3}}}};
  for (int round = 0; round < 6; ++round)
    knob.confirm.push_back({0, {{100, 0.01 * round}, {50, 0.01 * round - 0.3}}});
  const KnobResponse response = response_of(knob, {.n = 7, .sd = 0.0087, .limit = 0.017});
  CHECK(response.effect == doctest::Approx(-0.3).epsilon(0.01));
  CHECK(response.finding == Finding::moves);
}

TEST_CASE("p is corrected for the number of knobs that could be tested at all") {
  const Repeatability noise{.n = 20, .sd = 0.01, .limit = 0.0196};
  const KnobTrials knob = blocks_with_effects({0, 0.1}, 6);  // p about 2 / 64
  CHECK(response_of(knob, noise).finding == Finding::moves);
  const auto two = responses_of(std::vector{knob, knob}, noise, 0.05);
  CHECK(two[0].p_corrected == doctest::Approx(2 * two[0].p));
  CHECK(two[0].finding == Finding::unclear);  // p <= alpha alone: neither moves nor inert
  const KnobTrials untestable = blocks_with_effects({0, 0.1}, 1);
  const auto one = responses_of(std::vector{untestable, knob}, noise, 0.05);
  CHECK(one[0].p_corrected == 1);
  CHECK(one[1].p_corrected == one[1].p);
}

TEST_CASE("a workload that gains what another loses shows that a knob of a flat score does much") {
  const auto workloads = probed_pairs({0.3, -0.3}, 0.01, 1);
  const auto responses = workload_responses(workloads, 0.05);
  REQUIRE(responses.size() == 2);
  for (const WorkloadResponse& one : responses)
    CHECK(one.response.finding == Finding::moves);
  CHECK(responses[0].response.effect == doctest::Approx(0.3).epsilon(0.1));
  CHECK(responses[1].response.effect == doctest::Approx(-0.3).epsilon(0.1));
}

TEST_CASE("a knob that moves one workload of four does not move the others") {
  int inert = 0, found = 0, wrong = 0;
  constexpr int studies = 100;
  for (std::uint64_t study = 1; study <= studies; ++study) {
    const auto responses = workload_responses(probed_pairs({0.3, 0, 0, 0}, 0.01, study), 0.05);
    found += responses[0].response.finding == Finding::moves;
    for (std::size_t i = 1; i < responses.size(); ++i) {
      inert += responses[i].response.finding == Finding::inert;
      wrong += responses[i].response.finding == Finding::moves;
    }
  }
  CHECK(found == studies);
  CHECK(inert >= 0.7 * 3 * studies);
  CHECK(wrong <= 0.05 * studies + 3 * std::sqrt(studies * 0.05 * 0.95));
}

TEST_CASE("of knobs that do nothing any is called moving any workload in at most 5 % of studies") {
  constexpr int studies = 300;
  int wrong = 0;
  for (std::uint64_t study = 1; study <= studies; ++study) {
    auto workloads = probed_pairs({0, 0, 0}, 0.01, study);
    const auto others = probed_pairs({0, 0, 0}, 0.01, study + studies);
    for (std::size_t i = 0; i < workloads.size(); ++i) {
      workloads[i].knobs.push_back(others[i].knobs.front());
      workloads[i].knobs.back().knob = "rx-frames";
    }
    wrong += std::ranges::any_of(
        workload_responses(workloads, 0.05, 1, 199),
        [](const WorkloadResponse& one) { return one.response.finding == Finding::moves; });
  }
  CHECK(wrong <= 0.05 * studies + 3 * std::sqrt(studies * 0.05 * 0.95));
}

TEST_CASE("each workload is judged by its own noise") {
  auto workloads = probed_pairs({0, 0}, 0.01, 3);
  workloads[1].noise.sd *= 100;
  workloads[1].noise.limit *= 100;
  const auto responses = workload_responses(workloads, 0.05);
  CHECK(responses[0].response.finding == Finding::inert);
  CHECK(responses[1].response.finding == Finding::unclear);
  CHECK(responses[1].limit == workloads[1].noise.limit);
}

TEST_CASE("a workload that a knob cannot reach costs the others nothing") {
  auto workloads = probed_pairs({0.3, 0, 0}, 0.01, 4);
  const auto all = workload_responses(workloads, 0.05);
  workloads[1].knobs.clear();
  workloads[2].knobs.clear();
  const auto one = workload_responses(workloads, 0.05);
  REQUIRE(one.size() == 1);
  CHECK(one[0].p_shared == one[0].response.p);
  CHECK(one[0].p_shared < all[0].p_shared);
}

TEST_CASE("a knob that could not be tested does not dilute the others") {
  auto workloads = probed_pairs({0.3, 0.3}, 0.01, 5);
  for (WorkloadTrials& workload : workloads) {
    workload.knobs.push_back(workload.knobs.front());
    workload.knobs.back().knob = "rx-frames";
    workload.knobs.back().search.resize(1);
  }
  const auto responses = workload_responses(workloads, 0.05);
  REQUIRE(responses.size() == 4);
  CHECK(responses[0].response.p_corrected == responses[0].p_shared);
  CHECK(responses[2].response.knob == "rx-frames");
  CHECK(responses[2].response.p_corrected == 1);
}

}  // namespace moderato
