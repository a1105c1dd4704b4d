// SPDX-License-Identifier: Apache-2.0
// The budget of a search, in a study that is stopped and goes on.
#include "tune/searching.hpp"

#include <doctest/doctest.h>

#include <algorithm>

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

StudyHeader header(const std::string& policy = policy_text) {
  StudyHeader header{.name = "budget", .seed = 1, .endpoints = {{{}, {}, baseline}}};
  header.policy_source = "policy.json";
  header.policy_text = policy;
  Device device;
  device.netdev = "eth2";
  header.endpoints.front().found.devices = {device};
  return header;
}

std::string policy_with(const std::string& from, const std::string& to) {
  std::string text = policy_text;
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// Keeps all that a study says and shows.
struct Listener : Progress {
  void note(const std::string& text) override { notes.push_back(text); }
  void trial_done(const Position& position, const Trial&, bool) override {
    positions.push_back(position);
  }
  bool told(std::string_view part) const {
    return std::ranges::any_of(
        notes, [&](const std::string& note) { return note.find(part) != std::string::npos; });
  }
  std::vector<std::string> notes;
  std::vector<Position> positions;
};

Listener run_to_the_end(Study& study, const Measure& how) {
  const auto policy = policy_of(study.header().policy_text, "policy.json");
  REQUIRE(policy);
  Listener listener;
  const auto candidates = candidates_of(policy->space, study.header());
  REQUIRE(run_phases(*policy, candidates, study, how, listener));
  return listener;
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

Findings found(const Study& study) {
  auto findings = findings_of(study.header(), study.trials());
  REQUIRE(findings);
  return *findings;
}

bool has_verdict(const Study& study) {
  return found(study).finished;
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

TEST_CASE("of a search that was cut short the profile counts the candidates that were measured") {
  auto study = Study::in_memory(header());
  REQUIRE(run(study));
  CHECK(found(study).candidates.size() == 47);
  CHECK(found(study).profile.evidence.candidates == 8);
}

TEST_CASE("a study whose time is spent before the search compares nothing, and has no verdict") {
  auto study = Study::in_memory(header(policy_with(R"("max_minutes": 4)", R"("max_minutes": 1)")));
  const Listener listener = run_to_the_end(study, measure);
  CHECK(listener.told("no candidate was compared with the baseline"));
  CHECK_FALSE(listener.told("did better"));
  CHECK_FALSE(found(study).finished);
  CHECK(found(study).nothing_compared == "the search ended before any was measured");
}

TEST_CASE("a study whose candidates all fail compares nothing, and has no verdict") {
  auto study = Study::in_memory(header());
  const Listener listener =
      run_to_the_end(study, [](const Candidate& candidate, const TrialKey& key) {
        auto trial = measure(candidate, key);
        if (key.candidate == 0) return trial;
        trial->state = TrialState::failed;
        trial->reason = "the link went down";
        return trial;
      });
  CHECK(listener.told("no candidate was compared with the baseline"));
  CHECK_FALSE(found(study).finished);
  CHECK(found(study).nothing_compared.ends_with("one says: the link went down"));
}

TEST_CASE(
    "where no value does anything else the baseline stays, and nothing is said of measuring") {
  StudyHeader same = header();
  for (const auto& [knob, kept] : baseline)
    for (const std::int64_t value : {0, 1, 2, 4, 8, 16, 32, 64, 128})
      if (value != kept) same.equal_values.push_back({knob, value, kept});
  auto study = Study::in_memory(same);
  const Listener listener = run_to_the_end(study, measure);
  CHECK(listener.told("nothing to search: no candidate does anything else than the baseline"));
  CHECK_FALSE(listener.told("measured"));
  CHECK(found(study).finished);
  CHECK(found(study).nothing_compared.empty());
  CHECK(found(study).profile.outcome == Outcome::baseline_is_best);
}

TEST_CASE("resumed after its confirmation, a study says what it said: also why its search ended") {
  auto study = Study::in_memory(
      header(policy_with(R"("max_minutes": 4)", R"("max_minutes": 5, "max_candidates": 4)")));
  const Measure all_better = [](const Candidate& candidate, const TrialKey& key) {
    auto trial = measure(candidate, key);
    if (candidate.settings != baseline) trial->score /= 1.5;
    return trial;
  };
  const auto first = run_to_the_end(study, all_better).notes;
  CHECK(seconds_spent(study.trials()) > 5 * 60);
  const std::size_t trials = study.trials().size();
  CHECK(run_to_the_end(study, all_better).notes == first);
  CHECK(study.trials().size() == trials);
}

TEST_CASE("no search is said to last longer than its budget of time and the confirmation") {
  auto study = Study::in_memory(header());
  for (const Position& position : run_to_the_end(study, measure).positions) {
    if (position.phase == Phase::confirm) continue;
    CAPTURE(position.done);
    CHECK(position.at_most);
    // The rest of the budget or of a batch, and three finalists beside the baseline, 15 rounds.
    CHECK(position.seconds_left <= std::max(240 - 10 * position.done, 140) + 600);
    if (position.done == 11) CHECK(position.seconds_left == 140 + 600);
  }
  auto unlimited = Study::in_memory(header(policy_with(R"("max_minutes": 4)", "")));
  const Position first = run_to_the_end(unlimited, measure).positions.front();
  CHECK_FALSE(first.at_most);
  CHECK(first.seconds_left == 10 * (first.planned - 1));
}

}  // namespace moderato
