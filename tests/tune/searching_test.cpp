// SPDX-License-Identifier: Apache-2.0
// The budget of a search, in a study that is stopped and goes on.
#include "tune/searching.hpp"

#include <doctest/doctest.h>

#include "known_links.hpp"
#include "tune/findings.hpp"

namespace moderato {
namespace {

const Settings baseline{{"rx-usecs", 16}, {"rx-frames", 64}};

/// Nothing is better than the baseline; each trial takes 10 seconds.
Result<Trial> measure(const Candidate& candidate, const TrialKey& key) {
  const Settings lot{{"a", key.round * 100 + key.candidate * 10 + key.replicate},
                     {"b", static_cast<int>(key.phase)}};
  const double worse = candidate.settings == baseline ? 0 : 0.1;
  return Trial{.key = key,
               .settings = candidate.settings,
               .score = std::exp(worse + 0.01 * known::scatter(lot)),
               .seconds = 10};
}

/// Spent soon after the second batch of four has begun.
constexpr const char* policy_text = R"({"schema": "moderato-policy/1", "name": "budget",
    "class": "latency", "workloads": [{"use": "udp-pingpong"}], "budget": {"max_minutes": 4},
    "measurement": {"batch": 4, "probe_rounds": 0}, "space": {"parameters": [
      {"knob": "rx-usecs", "values": [0, 2, 4, 8, 16, 32, 64, 128]},
      {"knob": "rx-frames", "values": [1, 4, 16, 32, 64, 128]}]}})";

StudyHeader header() {
  StudyHeader header{.name = "budget", .seed = 1, .endpoints = {{{}, {}, baseline}}};
  header.policy_source = "policy.json";
  header.policy_text = policy_text;
  Device device;
  device.netdev = "eth2";
  header.endpoints.front().found.devices = {device};
  return header;
}

/// Runs the study until it has `stop` trials.
Result<void> run(Study& study, std::size_t stop = 1000) {
  const auto policy = policy_of(policy_text, "policy.json");
  REQUIRE(policy);
  Silence silence;
  return run_phases(
      *policy, candidates_of(policy->space, study.header()), study,
      [&](const Candidate& candidate, const TrialKey& key) -> Result<Trial> {
        if (study.trials().size() == stop) return fail(Fault::runtime, "stopped");
        return measure(candidate, key);
      },
      silence);
}

bool has_verdict(const Study& study) {
  const auto findings = findings_of(study.header(), study.trials());
  REQUIRE(findings);
  return findings->finished;
}

}  // namespace

TEST_CASE("stopped after any trial, a study with a budget of time goes on as it would have") {
  auto whole = Study::in_memory(header());
  REQUIRE(run(whole));
  CHECK(has_verdict(whole));
  // The calibration and two batches of three rounds: the check between these saw less.
  const std::size_t trials = whole.trials().size();
  CHECK(seconds_spent(whole.trials()) > 4 * 60);
  CHECK(whole.trials().back().key.round == 5);
  for (std::size_t stop = 1; stop < trials; ++stop) {
    CAPTURE(stop);
    auto parted = Study::in_memory(header());
    REQUIRE_FALSE(run(parted, stop));
    CHECK_FALSE(has_verdict(parted));
    REQUIRE(run(parted));
    REQUIRE(parted.trials().size() == trials);
    for (std::size_t i = 0; i < trials; ++i)
      CHECK(parted.trials()[i].key == whole.trials()[i].key);
    CHECK(has_verdict(parted));
  }
}

}  // namespace moderato
