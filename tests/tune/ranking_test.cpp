// SPDX-License-Identifier: Apache-2.0
// Studies that ask first whether the ranking of an old profile stands.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "known_links.hpp"
#include "temporary_folder.hpp"
#include "tune/findings.hpp"
#include "tune/ranking.hpp"

namespace moderato {
namespace {

const Settings baseline{{"rx-usecs", 16}, {"rx-frames", 64}};
const Settings winner_then{{"rx-usecs", 2}, {"rx-frames", 4}};
const Settings second_then{{"rx-usecs", 4}, {"rx-frames", 16}};
const Settings third_then{{"rx-usecs", 8}, {"rx-frames", 1}};

/// The score grows by so much for each doubling of a knob on the way from the nearest optimum.
KnownLink link_with(std::vector<Settings> optima, const Settings& found = baseline) {
  constexpr double slope = 0.05;
  return {known::two_knobs(), found, [optima = std::move(optima)](const Settings& settings) {
            double nearest = std::numeric_limits<double>::infinity();
            for (const Settings& optimum : optima) {
              double distance = 0;
              for (const auto& [knob, value] : optimum)
                distance += std::abs(known::step(value) - known::step(settings.at(knob)));
              nearest = std::min(nearest, slope * distance);
            }
            return optima.empty() ? 0.0 : nearest;
          }};
}

KnownLink unchanged(const Settings& found = baseline) {
  return link_with({winner_then}, found);
}

Comparison compared(const Settings& settings, double ratio) {
  Comparison c{.settings = settings, .rounds = 15, .tested_rounds = 15, .ratio_median = ratio};
  c.ratio_low = ratio * 0.98;
  c.ratio_high = ratio * 1.02;
  c.confidence = 0.96;
  c.p_rank = c.p_holm = 0.0001;
  return c;
}

Profile old_profile() {
  Profile profile;
  profile.name = "simulated";
  profile.settings = winner_then;
  profile.match = {.driver = "mlx5_core", .kind = {}, .pci_id = {}, .netdev = {}};
  profile.evidence.study = "the-old-study";
  profile.evidence.baseline_settings = baseline;
  profile.evidence.comparisons = {compared(winner_then, 0.74), compared(second_then, 0.82),
                                  compared(third_then, 0.95)};
  return profile;
}

StudyHeader header_of(const KnownLink& link, std::uint64_t seed,
                      const Profile& profile = old_profile()) {
  StudyHeader header{.name = "since", .seed = seed, .endpoints = {{{}, {}, link.baseline}}};
  header.since = ranking_of(profile, {}, {link.space, common_baseline(header), 3});
  return header;
}

struct Asked {
  std::vector<Trial> trials;
  RankingVerdict verdict;
  Conclusion searched;  ///< what the search that follows comes to

  std::ptrdiff_t count(Phase phase) const {
    return std::ranges::count_if(trials,
                                 [&](const Trial& trial) { return trial.key.phase == phase; });
  }
};

Asked ask(const KnownLink& link, std::uint64_t seed, const Profile& profile = old_profile(),
          const Measure& measure = nullptr) {
  const Policy policy = policy_for(link);
  auto study = Study::in_memory(header_of(link, seed, profile));
  const auto candidates = enumerate(policy.space, baseline_settings(study.header()));
  SimulatedTrials trials(link, seed);
  Silence silence;
  const auto ran =
      run_phases(policy, candidates, study, measure ? measure : std::ref(trials), silence);
  REQUIRE_MESSAGE(ran, (ran ? "" : ran.error().message));
  return {study.trials(), judge(*study.header().since, study.trials(), policy, seed),
          conclusion_of(link, policy, candidates, study.trials(), seed)};
}

/// Every trial of the winner fails from this round on.
Asked ask_where_winner_fails_from(int round, const std::string& reason) {
  const KnownLink link = unchanged();
  SimulatedTrials trials(link, 1);
  return ask(link, 1, old_profile(), [&](const Candidate& candidate, const TrialKey& key) {
    auto trial = trials(candidate, key);
    if (candidate.settings == winner_then && key.round >= round) {
      trial->state = TrialState::failed;
      trial->reason = reason;
    }
    return trial;
  });
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("where nothing has changed the ranking stands, and nothing is searched") {
  int stood = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Asked asked = ask(unchanged(), seed);
    CHECK(asked.verdict.over);
    stood += asked.verdict.stands;
    if (!asked.verdict.stands) continue;
    CHECK(asked.count(Phase::search) == 0);
    CHECK(asked.count(Phase::confirm) == 0);
    CHECK(asked.trials.size() <= 10 + 4 * 15);
  }
  CHECK(stood >= 38);
}

TEST_CASE("an optimum that has moved is found by the search that follows") {
  const Settings moved{{"rx-usecs", 64}, {"rx-frames", 128}};
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const Asked asked = ask(link_with({moved}), seed);
    CHECK(asked.verdict.over);
    CHECK_FALSE(asked.verdict.stands);
    CHECK(asked.count(Phase::search) > 0);
    found += asked.searched.claimed && asked.searched.chosen == moved;
  }
  CHECK(found >= 7);
}

TEST_CASE("a runner-up that has become better overthrows the ranking, and is named") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Asked asked = ask(link_with({second_then}), seed);
    CHECK_FALSE(asked.verdict.stands);
    CHECK_MESSAGE(contains(asked.verdict.reason, "rx-frames=16 rx-usecs=4"), asked.verdict.reason);
    CHECK_MESSAGE(contains(asked.verdict.reason, "rx-frames=4 rx-usecs=2"), asked.verdict.reason);
  }
}

TEST_CASE("a runner-up that is as good as the winner does not overthrow it") {
  int stood = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    stood += ask(link_with({winner_then, second_then}), seed).verdict.stands;
  CHECK(stood >= 17);
}

TEST_CASE("a winner that is no better than the baseline any more does not stand") {
  Profile profile = old_profile();
  profile.evidence.comparisons.resize(1);
  const Asked asked = ask(link_with({}), 3, profile);
  CHECK_FALSE(asked.verdict.stands);
  CHECK_MESSAGE(contains(asked.verdict.reason, "is not proven better than the baseline: p99 "),
                asked.verdict.reason);
}

TEST_CASE("where the profile is in force, its winner is held against its old baseline") {
  const KnownLink in_force = unchanged(winner_then);
  const StudyHeader header = header_of(in_force, 1);
  CHECK(header.since->baseline == baseline);
  CHECK(baseline_settings(header) == baseline);
  REQUIRE(header.since->contenders.size() == 3);
  CHECK(header.since->contenders.front().settings == winner_then);
  CHECK(ask(in_force, 1).verdict.stands);
}

TEST_CASE("in force and without a known baseline, it stands unless something is proven better") {
  Profile profile = old_profile();
  profile.evidence.baseline_settings = {};
  const Asked stands = ask(unchanged(winner_then), 1, profile);
  CHECK(stands.verdict.stands);
  CHECK_MESSAGE(contains(stands.verdict.reason, "nothing is proven better"), stands.verdict.reason);
  const Asked falls = ask(link_with({second_then}, winner_then), 1, profile);
  CHECK_FALSE(falls.verdict.stands);
}

TEST_CASE("a winner in force beside which nothing can be measured does not stand by default") {
  Profile profile = old_profile();
  profile.evidence.baseline_settings = {};
  const KnownLink link = unchanged(winner_then);
  SimulatedTrials trials(link, 1);
  const Asked asked = ask(link, 1, profile, [&](const Candidate& candidate, const TrialKey& key) {
    auto trial = trials(candidate, key);
    if (key.candidate != 0) trial->state = TrialState::failed;
    return trial;
  });
  CHECK(asked.verdict.over);
  CHECK_FALSE(asked.verdict.stands);
  CHECK_MESSAGE(contains(asked.verdict.reason, "nothing could be measured beside"),
                asked.verdict.reason);
}

TEST_CASE("a host with settings of its own: winner, runners-up and old baseline against those") {
  const StudyHeader header = header_of(unchanged({{"rx-usecs", 128}, {"rx-frames", 128}}), 1);
  CHECK_FALSE(header.since->baseline);
  std::vector<Settings> contenders;
  for (const Candidate& contender : header.since->contenders)
    contenders.push_back(contender.settings);
  CHECK(contenders == std::vector{winner_then, second_then, third_then, baseline});
}

TEST_CASE("values that a driver has rounded are measured once, as the profile sets them") {
  Profile profile = old_profile();
  profile.settings = {{"rx-usecs", 1}, {"rx-frames", 4}};
  const auto ranking = ranking_of(profile, {}, {known::two_knobs(), baseline, 3});
  std::vector<Settings> contenders;
  for (const Candidate& contender : ranking.contenders)
    contenders.push_back(contender.settings);
  CHECK(contenders == std::vector{profile.settings, second_then, third_then});
}

TEST_CASE("a winner that the driver refuses now does not stand, and the reason is told") {
  const Asked asked = ask_where_winner_fails_from(0, "rx-usecs 2 is too low for this port");
  CHECK_FALSE(asked.verdict.stands);
  CHECK_MESSAGE(contains(asked.verdict.reason, "could not be measured: rx-usecs 2 is too low"),
                asked.verdict.reason);
  CHECK(asked.searched.claimed);
  CHECK(asked.searched.chosen != winner_then);
}

TEST_CASE("a winner that fails on the way does not stand, and did not fall behind") {
  const Asked asked = ask_where_winner_fails_from(7, "the link went down");
  CHECK_FALSE(asked.verdict.stands);
  CHECK_MESSAGE(contains(asked.verdict.reason, "failed in 2 rounds: the link went down"),
                asked.verdict.reason);
}

TEST_CASE("a profile with a knob that is gone is searched anew at once") {
  Profile profile = old_profile();
  profile.settings["adaptive-rx"] = 0;
  const Asked asked = ask(unchanged(), 1, profile);
  CHECK(asked.verdict.over);
  CHECK_FALSE(asked.verdict.stands);
  CHECK(contains(asked.verdict.reason, "adaptive-rx is no longer searched"));
  CHECK(asked.count(Phase::reconfirm) == 0);
  CHECK(asked.searched.chosen == winner_then);
}

TEST_CASE("stopped after any trial, a study that asks goes on as it would have") {
  const KnownLink link = link_with({{{"rx-usecs", 64}, {"rx-frames", 128}}});
  const Policy policy = policy_for(link);
  const Measure measure = [&](const Candidate& candidate, const TrialKey& key) -> Result<Trial> {
    const Settings lot{{"a", key.round * 100 + key.candidate * 10 + key.replicate},
                       {"b", static_cast<int>(key.phase)}};
    return Trial{.key = key,
                 .settings = candidate.settings,
                 .score = std::exp(link.truth(candidate.settings) + 0.01 * known::scatter(lot))};
  };
  const auto candidates = enumerate(policy.space, baseline);
  Silence silence;
  auto whole = Study::in_memory(header_of(link, 1));
  REQUIRE(run_phases(policy, candidates, whole, measure, silence));
  CHECK_FALSE(judge(*whole.header().since, whole.trials(), policy, 1).stands);
  for (std::size_t stop : {std::size_t{3}, std::size_t{17}, std::size_t{40}, std::size_t{75}}) {
    CAPTURE(stop);
    auto parted = Study::in_memory(header_of(link, 1));
    const Measure stops = [&](const Candidate& candidate, const TrialKey& key) -> Result<Trial> {
      if (parted.trials().size() == stop) return fail(Fault::runtime, "stopped");
      return measure(candidate, key);
    };
    REQUIRE_FALSE(run_phases(policy, candidates, parted, stops, silence));
    CHECK_FALSE(judge(*parted.header().since, parted.trials(), policy, 1).stands);
    REQUIRE(run_phases(policy, candidates, parted, measure, silence));
    REQUIRE(parted.trials().size() == whole.trials().size());
    for (std::size_t i = 0; i < whole.trials().size(); ++i)
      CHECK(parted.trials()[i].key == whole.trials()[i].key);
  }
}

TEST_CASE("a verdict on close contenders stays, however noisy all that follows is") {
  const KnownLink clear = link_with({second_then});
  const KnownLink close{clear.space, baseline,
                        [&](const Settings& settings) { return 0.4 * clear.truth(settings); }};
  const Policy policy = policy_for(close);
  const auto candidates = enumerate(policy.space, baseline);
  int searched = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    auto study = Study::in_memory(header_of(close, seed));
    SimulatedTrials trials(close, seed);
    const Measure measure = [&](const Candidate& candidate, const TrialKey& key) {
      auto trial = trials(candidate, key);
      const Settings lot{{"a", key.round * 100 + key.candidate}};
      if (key.phase != Phase::calibrate && key.phase != Phase::reconfirm)
        trial->score *= std::exp(0.3 * known::scatter(lot));
      return trial;
    };
    Silence silence;
    REQUIRE(run_phases(policy, candidates, study, measure, silence));
    const auto later = std::ranges::find_if(study.trials(), [](const Trial& trial) {
      return trial.key.phase != Phase::calibrate && trial.key.phase != Phase::reconfirm;
    });
    const OldRanking& ranking = *study.header().since;
    const auto then = judge(ranking, {study.trials().begin(), later}, policy, seed);
    const auto now = judge(ranking, study.trials(), policy, seed);
    CHECK(then.over);
    CHECK(now.over);
    CHECK(now.stands == then.stands);
    CHECK(now.reason == then.reason);
    searched += !then.stands;
    const std::size_t measured = study.trials().size();
    REQUIRE(run_phases(policy, candidates, study, measure, silence));
    CHECK(study.trials().size() == measured);  // nothing is left to measure
  }
  CHECK(searched >= 5);
}

TEST_CASE("no more trials are done than planned, and none comes up after a reconfirmation") {
  struct Counted : Silence {
    void trial_done(const Position& position, const Trial&, bool) override {
      CAPTURE(name_of(position.phase));
      CAPTURE(position.round);
      CHECK(position.done == ++done);
      CHECK(position.done <= position.planned);
      if (position.phase == Phase::calibrate || position.phase == Phase::reconfirm) return;
      CHECK(position.planned <= planned);
      planned = position.planned;
    }
    int done = 0, planned = std::numeric_limits<int>::max();
  };
  const KnownLink link = link_with({{{"rx-usecs", 64}, {"rx-frames", 128}}});
  for (const std::string searcher : {"grid", "random", "one-factor", "bayesian"}) {
    CAPTURE(searcher);
    Policy policy = policy_for(link, searcher);
    policy.plan.batch = 4;
    auto study = Study::in_memory(header_of(link, 1));
    SimulatedTrials trials(link, 1);
    Counted counted;
    REQUIRE(
        run_phases(policy, enumerate(policy.space, baseline), study, std::ref(trials), counted));
    CHECK_FALSE(judge(*study.header().since, study.trials(), policy, 1).stands);
    CHECK(counted.done > 100);
  }
}

TEST_CASE("a ranking is read back as it was kept") {
  OldRanking ranking = *header_of(unchanged(winner_then), 1).since;
  ranking.profile = "old \"profile\".json";
  ranking.changed = {"driver_version: 1.0 -> 2.0"};
  ranking.cannot = "";
  const auto again = parse_ranking(to_json(ranking), "since.json");
  REQUIRE_MESSAGE(again, (again ? "" : again.error().message));
  CHECK(*again == ranking);
}

TEST_CASE("the profile of a ranking that stands: the same winner, new evidence and fingerprint") {
  const KnownLink link = unchanged();
  StudyHeader header = header_of(link, 1);
  header.policy_source = "policy.json";
  header.policy_text = R"({"schema": "moderato-policy/1", "name": "again", "class": "latency",
    "workloads": [{"use": "udp-pingpong"}], "space": {"parameters": [
      {"knob": "rx-usecs", "values": [0, 2, 4, 8, 16, 32, 64, 128]},
      {"knob": "rx-frames", "values": [1, 4, 16, 32, 64, 128]}]}})";
  Device device;
  device.netdev = "eth2";
  device.driver = "mlx5_core";
  device.driver_version = "2.0";
  header.endpoints.front().found.devices = {device};
  auto study = Study::in_memory(header);
  SimulatedTrials trials(link, 1);
  Silence silence;
  const auto policy = policy_of(header.policy_text, "policy.json");
  REQUIRE(policy);
  REQUIRE(
      run_phases(*policy, candidates_of(policy->space, header), study, std::ref(trials), silence));
  const auto findings = findings_of(study.header(), study.trials());
  REQUIRE(findings);
  CHECK(findings->finished);
  REQUIRE(findings->ranking);
  CHECK(findings->ranking->stands);
  const Profile& profile = findings->profile;
  CHECK(profile.outcome == Outcome::improved);
  CHECK(profile.settings == winner_then);
  CHECK(profile.fingerprint.driver_version == "2.0");
  CHECK(profile.evidence.study == "since");
  CHECK(profile.evidence.baseline_settings == baseline);
  REQUIRE(profile.evidence.comparisons.size() == 3);
  CHECK(profile.evidence.comparisons.front().settings == winner_then);
  CHECK(profile.evidence.comparisons.front().summaries.contains("simulated"));
  CHECK(profile.evidence.baseline.contains("simulated"));
}

}  // namespace moderato
