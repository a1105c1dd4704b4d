// SPDX-License-Identifier: Apache-2.0
// Which workloads a knob reaches: simulated studies of several workloads, with their probes.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "stats/summary.hpp"
#include "tune/findings.hpp"

namespace moderato {
namespace {

using Truth = std::function<double(const Settings&)>;  ///< log latency of one workload
using Truths = std::vector<std::pair<std::string, Truth>>;

/// Two knobs, whose probe takes less than their search.
StudyHeader header_for(const std::string& second_knob, const Truths& workloads) {
  std::string uses;
  for (const auto& [name, truth] : workloads)
    uses += (uses.empty() ? "" : ", ") + (R"({"use": ")" + name + R"("})");
  StudyHeader header;
  header.seed = 1;
  header.policy_source = "policy.json";
  header.policy_text = R"({"schema": "moderato-policy/1", "name": "reach", "class": "latency",
    "workloads": [)" + uses +
                       R"(], "space": {"parameters": [
      {"knob": "rx-usecs", "values": [0, 2, 8, 32, 128]},
      {"knob": ")" + second_knob +
                       R"(", "values": [1, 8, 64, 88]}]},
    "measurement": {"calibration_rounds": 5, "probe_rounds": 5, "search_rounds": 3,
                    "finalists": 1, "confirm_rounds": 6}})";
  Device device;
  device.netdev = "eth2";
  HostReport found;
  found.devices = {device};
  for (const char* host : {"a", "b"})
    header.endpoints.push_back({{host, {}, "eth2", "10.0.0.1"}, found, {{"rx-usecs", 8}}});
  if (second_knob == "srq-limit")
    header.process_baseline = {{second_knob, 8}};
  else
    for (StudyEndpoint& end : header.endpoints)
      end.baseline[second_knob] = 8;
  return header;
}

/// Measures as tune() does, up to the end of the probe or of the whole study.
class Lab {
 public:
  Lab(StudyHeader header, Truths truths, std::uint64_t seed)
      : header_(std::move(header)), truths_(std::move(truths)), random_(seed) {
    auto policy = policy_of(header_.policy_text, header_.policy_source);
    REQUIRE(policy);
    policy_ = std::move(*policy);
    all_ = candidates_of(policy_.space, header_);
    probing_ = probing_of(policy_, header_, all_);
    REQUIRE_FALSE(probing_.empty());
  }

  Responses probe() {
    for (int round = 0; round < policy_.plan.calibration_rounds; ++round)
      for (int replicate : {0, 1})
        measure({0, baseline_settings(header_)}, {Phase::calibrate, round, 0, replicate});
    rounds(Phase::probe, probing_, policy_.plan.probe_rounds);
    return probed(policy_, header_, probing_, trials);
  }
  Findings whole() {
    const auto left = left_to_search(all_, inert_in(probe(), policy_.alpha), header_);
    rounds(Phase::search, left, policy_.plan.search_rounds);
    rounds(Phase::confirm, choose_finalists(standings(left, trials), policy_.plan.finalists),
           policy_.plan.confirm_rounds, 2);  // beside a lone finalist
    auto findings = findings_of(header_, trials);
    REQUIRE(findings);
    return *findings;
  }

  std::vector<Trial> trials;

 private:
  void rounds(Phase phase, const std::vector<Candidate>& candidates, int count, int baselines = 1) {
    for (int round = 0; round < count; ++round) {
      for (int replicate = 0; replicate < baselines; ++replicate)
        measure({0, baseline_settings(header_)}, {phase, round, 0, replicate});
      for (const Candidate& candidate : candidates)
        measure(candidate, {phase, round, candidate.number, 0});
    }
  }
  void measure(const Candidate& candidate, const TrialKey& key) {
    Trial trial{.key = key, .settings = candidate.settings};
    std::vector<double> values;
    for (const auto& [name, truth] : truths_) {
      values.push_back(100 * std::exp(truth(candidate.settings) + noise_(random_)));
      trial.outcomes.push_back({name, "us", Summary{.n = 400, .p99 = values.back()}, {}});
    }
    trial.score = geometric_mean(values);
    trials.push_back(trial);
  }

  StudyHeader header_;
  Truths truths_;
  Policy policy_;
  std::vector<Candidate> all_, probing_;
  std::mt19937_64 random_;
  std::normal_distribution<double> noise_{0, 0.01};
};

double nothing(const Settings&) {
  return 0;
}
/// `effect` for each doubling of rx-usecs + 1.
Truth slope(double effect) {
  return [=](const Settings& settings) {
    return effect * std::log2(static_cast<double>(settings.at("rx-usecs")) + 1);
  };
}

bool dropped(const Responses& responses, const std::string& knob) {
  const auto inert = inert_in(responses, 0.05);
  return std::ranges::find(inert, knob, &KnobResponse::knob) != inert.end();
}

const WorkloadResponse& response_of(const Responses& responses, const std::string& knob,
                                    const std::string& workload) {
  const auto found = std::ranges::find_if(responses.workloads, [&](const WorkloadResponse& one) {
    return one.response.knob == knob && one.workload == workload;
  });
  REQUIRE(found != responses.workloads.end());
  return *found;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a knob by which one workload gains what another loses is searched, flat as it is") {
  const Truths opposite{{"udp-pingpong", slope(0.05)}, {"tcp-pingpong", slope(-0.05)}};
  int flat = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Responses responses = Lab(header_for("rx-frames", opposite), opposite, seed).probe();
    flat += responses.knobs[0].finding == Finding::inert;
    CHECK_FALSE(dropped(responses, "rx-usecs"));
    for (const char* workload : {"udp-pingpong", "tcp-pingpong"})
      CHECK(response_of(responses, "rx-usecs", workload).response.finding == Finding::moves);
  }
  CHECK(flat >= 8);  // by the score alone it would have been dropped as often
}

TEST_CASE("a knob that moves just one workload of three is searched, and the probe tells which") {
  const Truths one{
      {"udp-pingpong", nothing}, {"tcp-pingpong", slope(0.05)}, {"mpi-latency", nothing}};
  const Responses responses = Lab(header_for("rx-frames", one), one, 2).probe();
  CHECK_FALSE(dropped(responses, "rx-usecs"));
  CHECK(dropped(responses, "rx-frames"));
  const auto lines = describe_reach(responses, Metric::p99, 0.05);
  REQUIRE(lines.size() == 1);
  const std::string& line = lines.front();
  CHECK_MESSAGE(line.starts_with("rx-usecs reaches tcp-pingpong ("), line);
  CHECK_MESSAGE(contains(line, "; does not reach udp-pingpong ("), line);
  CHECK_MESSAGE(contains(line, "(0 against 128 changes p99 by -29."), line);  // 7 doublings of 5 %
}

TEST_CASE("a knob that reaches nobody is dropped in two of three studies, however many workloads") {
  const Truths six{{"udp-pingpong", nothing}, {"tcp-pingpong", nothing}, {"mpi-latency", nothing},
                   {"mpi-barrier", nothing},  {"mpi-bcast", nothing},    {"mpi-alltoall", nothing}};
  int drops = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed)
    drops += dropped(Lab(header_for("rx-frames", six), six, seed).probe(), "rx-frames");
  CHECK(drops >= 8);
}

TEST_CASE("of a single workload there is nothing to say beside the score") {
  const Truths one{{"udp-pingpong", slope(0.05)}};
  Lab lab(header_for("rx-frames", one), one, 1);
  const Findings findings = lab.whole();
  REQUIRE(findings.finished);
  CHECK(findings.responses.knobs[0].finding == Finding::moves);
  CHECK(findings.responses.workloads.empty());
  CHECK(describe_reach(findings.responses, Metric::p99, 0.05).empty());
}

TEST_CASE("of a dropped knob the report has the figures by which the probe dropped it") {
  const Truths two{{"udp-pingpong", slope(0.05)}, {"tcp-pingpong", slope(0.03)}};
  Lab lab(header_for("rx-frames", two), two, 1);
  const Findings findings = lab.whole();
  REQUIRE(findings.finished);
  REQUIRE(findings.dropped.size() == 1);
  REQUIRE(findings.dropped[0].knob == "rx-frames");
  REQUIRE(findings.responses.workloads.size() == 4);
  for (const char* workload : {"udp-pingpong", "tcp-pingpong"}) {
    const auto& now = response_of(findings.responses, "rx-frames", workload);
    const auto& then = response_of(findings.probe, "rx-frames", workload);
    CHECK(now.response.bound == then.response.bound);
    CHECK(now.response.finding == then.response.finding);
    CHECK(response_of(findings.responses, "rx-usecs", workload).response.finding == Finding::moves);
  }
}

TEST_CASE("a process knob is asked of the workloads that take it, and of no others") {
  const Truth limit = [](const Settings& settings) {
    return 0.005 * static_cast<double>(settings.at("srq-limit"));
  };
  const Truths two{{"udp-pingpong", slope(0.05)}, {"verbs-srq", limit}};
  StudyHeader header = header_for("srq-limit", two);
  header.out_of_reach = {{"srq-limit", "udp-pingpong", "it has no parameter of this name"}};
  const Responses responses = Lab(header, two, 1).probe();
  const auto& out = response_of(responses, "srq-limit", "udp-pingpong");
  CHECK(out.out_of_reach == "it has no parameter of this name");
  CHECK(out.response.values == 0);
  CHECK(response_of(responses, "srq-limit", "verbs-srq").response.finding == Finding::moves);
  CHECK(responses.workloads.size() == 4);
  const auto lines = describe_reach(responses, Metric::p99, 0.05);
  REQUIRE(lines.size() == 2);
  CHECK_MESSAGE(contains(lines[0], "rx-usecs reaches udp-pingpong (0 against 128"), lines[0]);
  CHECK_MESSAGE(contains(lines[0], "does not reach verbs-srq ("), lines[0]);
  CHECK_MESSAGE(contains(lines[1], "srq-limit reaches verbs-srq ("), lines[1]);
  CHECK_MESSAGE(
      contains(lines[1], "does not reach udp-pingpong (it has no parameter of this name)"),
      lines[1]);
}

TEST_CASE("values that are the same to the driver reach nobody") {
  const Truths two{{"udp-pingpong", slope(0.05)}, {"tcp-pingpong", nothing}};
  StudyHeader header = header_for("rx-frames", two);
  for (const std::int64_t value : {1, 64, 88})
    header.equal_values.push_back({"rx-frames", value, 8});
  // One knob is left, so that there is no probe; a baseline in each phase ends the study.
  std::vector<Trial> trials;
  const auto policy = policy_of(header.policy_text, header.policy_source);
  REQUIRE(policy);
  auto candidates = candidates_of(policy->space, header);
  candidates.push_back({0, baseline_settings(header)});
  const auto add = [&](Phase phase, int round, const Candidate& candidate, int replicate) {
    Trial trial{.key = {phase, round, candidate.number, replicate}, .settings = candidate.settings};
    trial.score = 100 + candidate.number;  // the baseline is the best: nothing to confirm
    for (const auto& [name, truth] : two)
      trial.outcomes.push_back({name, "us", Summary{.n = 400, .p99 = trial.score}, {}});
    trials.push_back(trial);
  };
  for (int round = 0; round < 5; ++round)
    for (int replicate : {0, 1})
      add(Phase::calibrate, round, candidates.back(), replicate);
  for (int round = 0; round < 3; ++round)
    for (const Candidate& candidate : candidates)
      add(Phase::search, round, candidate, 0);
  const auto findings = findings_of(header, trials);
  REQUIRE(findings);
  REQUIRE(findings->finished);
  for (const char* workload : {"udp-pingpong", "tcp-pingpong"})
    CHECK(response_of(findings->responses, "rx-frames", workload).response.finding ==
          Finding::inert);
}

TEST_CASE("a trial without one of the workloads is left out for all of them") {
  const Truths two{{"udp-pingpong", slope(0.05)}, {"tcp-pingpong", nothing}};
  StudyHeader header = header_for("rx-frames", two);
  Lab lab(header, two, 1);
  lab.probe();
  const auto policy = policy_of(header.policy_text, header.policy_source);
  REQUIRE(policy);
  const auto blocks = [&] {
    std::vector<std::size_t> counts;
    for (const WorkloadTrials& one :
         workload_trials(*policy, baseline_settings(header), lab.trials, {})) {
      std::size_t trials = 0;
      for (const Block& block : one.knobs.front().search)
        trials += block.trials.size();
      counts.push_back(trials);
    }
    return counts;
  };
  const auto before = blocks();
  lab.trials.back().outcomes.pop_back();
  const auto after = blocks();
  REQUIRE(after.size() == 2);
  CHECK(after[0] == before[0] - 1);
  CHECK(after[1] == before[1] - 1);
}

}  // namespace moderato
