// SPDX-License-Identifier: Apache-2.0
// What a search is told of another study.
#include "tune/earlier.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "temporary_folder.hpp"
#include "tune/study.hpp"

namespace moderato {
namespace {

const Space space{{{"rx-usecs", {0, 2, 8}}}, {}};
const Limits keep_throughput{.constraints = {{Metric::throughput, true, 0.98}}};

/// Candidate 1 halves the score and a tenth of the throughput is left; candidate 2 is 10 % better.
void write_study(const std::filesystem::path& folder) {
  Device device;
  device.netdev = "eth2";
  HostReport found;
  found.devices = {device};
  StudyHeader header{.name = "old", .endpoints = {{{}, found, {{"rx-usecs", 8}}}}};
  header.policy_source = "policy.json";
  header.policy_text = "{}";
  auto study = Study::create(folder, header);
  REQUIRE(study);
  const auto record = [&](const TrialKey& key, std::int64_t usecs, double score, double rate) {
    Trial trial{.key = key, .settings = {{"rx-usecs", usecs}}, .score = score};
    trial.figures["throughput"] = rate * (1 + 0.001 * key.round + 0.002 * key.replicate);
    REQUIRE(study->record(trial));
  };
  for (int round = 0; round < 5; ++round)
    for (const int replicate : {0, 1})
      record({Phase::calibrate, round, 0, replicate}, 8, 100, 1000);
  for (int round = 0; round < 3; ++round) {
    record({Phase::search, round, 0, 0}, 8, 100, 1000);
    record({Phase::search, round, 1, 0}, 0, 50, 100);
    record({Phase::search, round, 2, 0}, 2, 90, 1000);
  }
}

Comparison compared(std::int64_t usecs) {
  return {.settings = {{"rx-usecs", usecs}}, .rounds = 15, .ratio_median = 0.9};
}

}  // namespace

TEST_CASE("of an earlier study's candidates, one that violates a constraint now is bad news") {
  const TemporaryFolder folder;
  write_study(folder.path() / "old");
  const auto free = scores_of_study(folder.path() / "old", space, {});
  REQUIRE_MESSAGE(free, (free ? "" : free.error().message));
  REQUIRE(free->size() == 2);
  CHECK(free->at(0).score.log_ratio == doctest::Approx(std::log(0.5)));
  const auto limited = scores_of_study(folder.path() / "old", space, keep_throughput);
  REQUIRE(limited);
  REQUIRE(limited->size() == 2);
  CHECK(limited->at(0).settings == Settings{{"rx-usecs", 0}});
  CHECK(limited->at(0).score.log_ratio == doctest::Approx(std::log(0.98 / 0.1)));
  CHECK(limited->at(1).score.log_ratio == doctest::Approx(std::log(0.9)));
}

TEST_CASE("of a profile's comparisons, those that violate a constraint or fail teach nothing") {
  Profile profile;
  profile.evidence.comparisons = {compared(0), compared(2), compared(8)};
  profile.evidence.comparisons[0].constraints = {
      {.constraint = "throughput >= 0.98", .rounds = 15, .violated = true}};
  profile.evidence.comparisons[1].failed_rounds = 2;
  const auto scores = scores_of_profile(profile, space);
  REQUIRE(scores.size() == 1);
  CHECK(scores.front().settings == Settings{{"rx-usecs", 8}});
}

}  // namespace moderato
