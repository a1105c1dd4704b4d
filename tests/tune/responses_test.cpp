// SPDX-License-Identifier: Apache-2.0
#include "tune/responses.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "silence.hpp"
#include "tune/findings.hpp"
#include "tune/phases.hpp"

namespace moderato {
namespace {

using Truth = std::function<double(const Settings&)>;  ///< log score of settings

/// As short a study as can prove something, of the space {rx-usecs: 0, 50, 200} with the baseline
/// at 100; noise of about 1 %, as in a virtual machine whose time is virtual.
StudyHeader shortest(const std::string& parameters) {
  StudyHeader header;
  header.seed = 1;
  header.policy_source = "policy.json";
  header.policy_text = R"({"schema": "moderato-policy/1", "name": "short", "class": "latency",
    "workloads": [{"use": "udp-pingpong"}], "space": {"parameters": [)" +
                       parameters + R"(]},
    "measurement": {"calibration_rounds": 2, "probe_rounds": 0, "search_rounds": 1,
                    "finalists": 1, "confirm_rounds": 6}})";
  Device device;
  device.netdev = "eth2";
  device.driver = "modnic";
  HostReport found;
  found.devices = {device};
  for (const char* host : {"a", "b"})
    header.endpoints.push_back(
        {{host, {}, "eth2", "10.0.0.1"}, found, {{"rx-usecs", 100}, {"rx-frames", 88}}});
  return header;
}

const char* one_knob = R"({"knob": "rx-usecs", "values": [0, 50, 200]})";

StudyHeader with_more_rounds(StudyHeader header) {
  std::string& policy = header.policy_text;
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{R"("confirm_rounds": 6)", R"("confirm_rounds": 15)"},
        {R"("search_rounds": 1)", R"("search_rounds": 4)"}})
    policy.replace(policy.find(from), from.size(), to);
  return header;
}

/// Runs the phases that tune() runs, on trials that are made up.
class Lab {
 public:
  Lab(StudyHeader header, Truth truth, double spread, std::uint64_t seed)
      : header_(std::move(header)), truth_(std::move(truth)), random_(seed), noise_(0, spread) {}

  Findings run() {
    const auto policy = policy_of(header_.policy_text, header_.policy_source);
    REQUIRE_MESSAGE(policy, policy.error().message);
    for (StudyEndpoint& end : header_.endpoints)
      std::erase_if(end.baseline, [&](const auto& entry) {
        return std::ranges::find(policy->space.parameters, entry.first, &Parameter::knob) ==
               policy->space.parameters.end();
      });
    auto study = Study::in_memory(header_);
    Silence silence;
    const auto measure = [&](const Candidate& candidate, const TrialKey& key) {
      return Result<Trial>(simulated(candidate, key));
    };
    REQUIRE(run_phases(*policy, candidates_of(policy->space, header_), study, measure, silence));
    trials = study.trials();
    auto findings = findings_of(header_, trials);
    REQUIRE(findings);
    return *findings;
  }

  std::vector<Trial> trials;

 private:
  Trial simulated(const Candidate& candidate, const TrialKey& key) {
    Trial trial{.key = key, .settings = candidate.settings};
    trial.score = 100 * std::exp(truth_(candidate.settings) + noise_(random_));
    trial.outcomes = {{"udp-pingpong", "us", Summary{.n = 400, .p99 = trial.score}, {}}};
    return trial;
  }

  StudyHeader header_;
  Truth truth_;
  std::mt19937_64 random_;
  std::normal_distribution<double> noise_;
};

double inert(const Settings&) {
  return 0;
}
/// What modnic does: of a round trip of 230 us both ends hold back rx-usecs each.
double moderated(const Settings& settings) {
  return std::log((30.0 + 2.0 * static_cast<double>(settings.at("rx-usecs"))) / 100);
}

}  // namespace

TEST_CASE("an inert driver: the knob is inert in 8 of 10 of the shortest studies with a finalist") {
  int confirmed = 0, found_inert = 0, found_moving = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const Findings findings = Lab(shortest(one_knob), inert, 0.01, seed).run();
    REQUIRE(findings.responses.knobs.size() == 1);
    CHECK(findings.responses.knobs[0].knob == "rx-usecs");
    confirmed += !findings.finalists.empty();
    found_inert += findings.responses.knobs[0].finding == Finding::inert;
    found_moving += findings.responses.knobs[0].finding == Finding::moves;
  }
  CHECK(found_inert >= 0.8 * confirmed);
  CHECK(found_moving <= 0.05 * 150 + 3 * std::sqrt(150 * 0.05 * 0.95));
}

TEST_CASE("a driver that moderates is never called inert, and its knob moves in every study") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Findings findings = Lab(shortest(one_knob), moderated, 0.01, seed).run();
    REQUIRE(findings.responses.knobs.size() == 1);
    CHECK(findings.responses.knobs[0].finding == Finding::moves);
    CHECK(findings.responses.knobs[0].reference == 100);
  }
}

TEST_CASE("the same trials give the same findings, also where scores repeat to the tick") {
  for (const double spread : {0.0, 0.01}) {
    const Findings one = Lab(shortest(one_knob), inert, spread, 3).run();
    const Findings other = Lab(shortest(one_knob), inert, spread, 3).run();
    CHECK(one.responses.knobs[0].p == other.responses.knobs[0].p);
    CHECK(one.responses.knobs[0].finding == other.responses.knobs[0].finding);
  }
}

TEST_CASE("only trials of one round that differ in nothing but the knob are compared for it") {
  const Space space{{{"rx-usecs", {0, 8}}, {"rx-frames", {1, 2}}}, {}};
  const Settings baseline{{"rx-usecs", 0}, {"rx-frames", 1}};
  std::vector<Trial> trials;
  const auto add = [&](int round, int candidate, Settings settings) {
    Trial trial{.key = {Phase::search, round, candidate, 0}, .settings = std::move(settings)};
    trial.score = 10;
    trials.push_back(trial);
  };
  for (int round : {0, 1}) {
    add(round, 0, baseline);
    add(round, 1, {{"rx-usecs", 8}, {"rx-frames", 1}});
    add(round, 2, {{"rx-usecs", 8}, {"rx-frames", 2}});
  }
  const auto knobs = knob_trials(space, baseline, trials);
  REQUIRE(knobs.size() == 2);
  REQUIRE(knobs[0].search.size() == 4);  // by round: frames 1 with usecs 0 and 8; frames 2 with 8
  CHECK(knobs[0].search[0].trials.size() == 2);
  CHECK(knobs[0].search[1].trials.size() == 1);
  CHECK(knobs[0].search[0].context == knobs[0].search[2].context);
  CHECK(knobs[0].search[0].context != knobs[0].search[1].context);
  CHECK(knobs[0].baseline == 0);
  CHECK(knobs[0].confirm.empty());
}

TEST_CASE(
    "a trial that is not complete says nothing, and of a repeated one the last record counts") {
  const Space space{{{"rx-usecs", {0, 8}}}, {}};
  Trial trial{.key = {Phase::search, 0, 1, 0}, .settings = {{"rx-usecs", 8}}};
  trial.state = TrialState::void_trial;
  trial.score = 1000;
  Trial again = trial;
  again.state = TrialState::complete;
  again.score = 10;
  CHECK(knob_trials(space, Settings{}, std::vector{trial})[0].search.empty());
  const auto knobs = knob_trials(space, Settings{}, std::vector{trial, again});
  REQUIRE(knobs[0].search.size() == 1);
  CHECK(knobs[0].search[0].trials[0].log_score == std::log(10));
}

TEST_CASE("endpoints that start from different settings have no baseline to compare values with") {
  const Space space{{{"rx-usecs", {0, 8}}}, {}};
  Trial baseline{.key = {Phase::search, 0, 0, 0}, .settings = {{"rx-usecs", 16}}};
  baseline.score = 10;
  CHECK(knob_trials(space, std::nullopt, std::vector{baseline})[0].search.empty());
  CHECK(knob_trials(space, baseline.settings, std::vector{baseline})[0].search.size() == 1);
}

TEST_CASE("the knob of a proven winner moves, also where its own test would not have seen it") {
  // 2 % better at 50, noise 1 %: within the repeats, and enough for 15 rounds to prove it.
  const Truth slightly = [](const Settings& settings) {
    return settings.at("rx-usecs") == 50 ? -0.02 : 0.0;
  };
  int proven = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Findings findings = Lab(with_more_rounds(shortest(one_knob)), slightly, 0.01, seed).run();
    if (findings.profile.outcome != Outcome::improved) continue;
    ++proven;
    CHECK(findings.responses.knobs[0].finding == Finding::moves);
  }
  CHECK(proven >= 30);
}

TEST_CASE("of several knobs that proven settings change, none is moving or inert for sure") {
  const std::vector<KnobResponse> knobs{{.knob = "rx-usecs", .finding = Finding::inert},
                                        {.knob = "rx-frames", .finding = Finding::unclear},
                                        {.knob = "tx-usecs", .finding = Finding::inert}};
  const Settings baseline{{"rx-usecs", 8}, {"rx-frames", 88}, {"tx-usecs", 8}};
  auto both = knobs;
  doubt_inertness(both, baseline, {{"rx-usecs", 0}, {"rx-frames", 1}, {"tx-usecs", 8}});
  credit_winner(both, baseline, {{"rx-usecs", 0}, {"rx-frames", 1}, {"tx-usecs", 8}});
  CHECK(both[0].finding == Finding::unclear);
  CHECK(both[1].finding == Finding::unclear);
  CHECK(both[2].finding == Finding::inert);  // not changed
  auto one = knobs;
  credit_winner(one, baseline, {{"rx-usecs", 0}, {"rx-frames", 88}, {"tx-usecs", 8}});
  CHECK(one[0].finding == Finding::moves);
  CHECK(one[1].finding == Finding::unclear);
}

TEST_CASE("finalists that are proven worse leave no inert knob that they change") {
  // All values are a little worse than the baseline; the search takes one for better now and then.
  const Truth worse = [](const Settings& settings) {
    return settings.at("rx-usecs") == 100 ? 0.0 : 0.01;
  };
  int proven = 0;
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    const Findings findings = Lab(with_more_rounds(shortest(one_knob)), worse, 0.01, seed).run();
    for (const Comparison& finalist : findings.finalists) {
      if (finalist.p_holm > 0.05) continue;
      ++proven;
      CHECK(findings.responses.knobs[0].finding != Finding::inert);
    }
  }
  CHECK(proven >= 5);
}

TEST_CASE("a study that is not finished says nothing of its knobs") {
  Lab lab(shortest(one_knob), moderated, 0.01, 1);
  lab.run();
  std::vector<Trial> begun(lab.trials.begin(), lab.trials.begin() + 7);
  const auto findings = findings_of(shortest(one_knob), begun);
  REQUIRE(findings);
  CHECK_FALSE(findings->finished);
  CHECK(findings->responses.knobs.empty());
}

}  // namespace moderato
