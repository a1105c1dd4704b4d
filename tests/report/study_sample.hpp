// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "report/study.hpp"

namespace moderato {

inline Summary sample_summary(double scale) {
  return {.n = 4000,
          .min = 21.25 * scale,
          .mean = 43.5 * scale,
          .sd = 5 * scale,
          .median = 42.125 * scale,
          .p90 = 55 * scale,
          .p95 = 61 * scale,
          .p99 = 88 * scale,
          .max = 1234.5 * scale,
          .p999 = 301 * scale};
}

inline Comparison sample_comparison(Settings settings, double ratio, double p_holm) {
  Comparison comparison;
  comparison.settings = std::move(settings);
  comparison.rounds = 15;
  comparison.tested_rounds = 15;
  comparison.ratio_median = ratio;
  comparison.ratio_low = ratio * 0.98;
  comparison.ratio_high = ratio * 1.025;
  comparison.confidence = 0.9648;
  comparison.p_rank = p_holm / 3;
  comparison.p_holm = p_holm;
  comparison.p_t = 0.21;
  comparison.outlier_rate = 1.0 / 15;
  comparison.summaries["udp-pingpong"] = sample_summary(ratio);
  return comparison;
}

inline void add_search(StudyReport& report) {
  const auto entry = [&](int number, Settings settings, double ratio, CandidateState state) {
    report.search.push_back({number, std::move(settings), 3, ratio, 0, state, ""});
  };
  entry(1, {{"napi-defer-hard-irqs", 0}, {"gro-flush-timeout", 0}}, 0.62, CandidateState::finalist);
  entry(2, {{"napi-defer-hard-irqs", 1}, {"gro-flush-timeout", 20000}}, 0.75,
        CandidateState::finalist);
  entry(3, {{"napi-defer-hard-irqs", 1}, {"gro-flush-timeout", 50000}}, 1.031,
        CandidateState::finalist);
  for (int i = 4; i < 40; ++i)
    entry(i, {{"napi-defer-hard-irqs", 2}, {"gro-flush-timeout", 10000 * i}},
          1.0 + 0.004 * (i - 4) * (i - 4), CandidateState::searched);
  report.search.push_back({40,
                           {{"napi-defer-hard-irqs", 200}, {"gro-flush-timeout", 0}},
                           0,
                           {},
                           0,
                           CandidateState::failed,
                           "EINVAL: value out of range"});
}

inline KnobResponse sample_knob(const std::string& knob, Finding finding, double effect,
                                double p_holm) {
  return {.knob = knob,
          .finding = finding,
          .values = 4,
          .reference = 100000,
          .value = 20000,
          .effect = std::log1p(effect),
          .bound = std::log(1.039),
          .p = p_holm / 2,
          .p_corrected = p_holm};
}

inline WorkloadResponse sample_reach(const std::string& workload, const KnobResponse& response) {
  return {workload, "", std::log(1.021), response, response.p};
}

/// A finished study that found an improvement.
inline StudyReport sample_report() {
  StudyReport report;
  report.name = "napi-window";
  report.folder = "studies/napi-window";
  report.policy = "loopback";
  report.workload_class = "network";
  report.objective = "p99";
  report.unit = "us";
  report.link = "loopback";
  report.endpoints = {{"node7", "va", "veth", "virtual"}, {"node7", "vb", "veth", "virtual"}};
  report.baseline = {{"napi-defer-hard-irqs", 1}, {"gro-flush-timeout", 100000}};
  report.started = "2025-03-01T12:00:00Z";
  report.seconds = 7999;
  report.trials = {212,
                   3,
                   1,
                   {{TrialState::failed, "EINVAL: value out of range", 3},
                    {TrialState::void_trial, "somebody else wrote rx-usecs", 1}}};
  report.noise = Noise{5, 0.012, 0.028, 0.2};
  report.repeatability = Repeatability{27, 0.014, std::log(1.028)};
  report.knobs = {sample_knob("gro-flush-timeout", Finding::moves, -0.25, 0.0004),
                  sample_knob("napi-defer-hard-irqs", Finding::inert, 0.008, 0.61)};
  report.knob_workloads = {
      sample_reach("udp-pingpong", report.knobs[0]),
      sample_reach("tcp-pingpong", sample_knob("gro-flush-timeout", Finding::inert, 0.004, 0.83)),
      {"osu-latency", "it has no parameter of this name", 0, {.knob = "gro-flush-timeout"}, 1}};
  add_search(report);
  report.baseline_summaries["udp-pingpong"] = sample_summary(1);
  report.comparisons = {sample_comparison(report.search[0].settings, 0.6512, 0.00002),
                        sample_comparison(report.search[1].settings, 0.74, 0.0123),
                        sample_comparison(report.search[2].settings, 1.031, 0.43)};
  report.outcome = Outcome::improved;
  report.chosen = report.comparisons[0].settings;
  report.profile_path = "profiles/loopback-network.json";
  report.report_path = "studies/napi-window/report.html";
  report.notes = {"A closed-loop ping-pong cannot see queueing (coordinated omission)."};
  return report;
}

/// A finished study that found nothing better than what was there.
inline StudyReport unimproved_report() {
  StudyReport report = sample_report();
  report.comparisons.erase(report.comparisons.begin(), report.comparisons.begin() + 2);
  report.comparisons[0].ratio_median = 0.9876;
  report.comparisons[0].ratio_low = 0.95;
  report.comparisons[0].ratio_high = 1.02;
  report.outcome = Outcome::baseline_is_best;
  report.chosen = report.baseline;
  return report;
}

/// The same with a constraint that the candidate with the lowest p99 violates.
inline StudyReport constrained_report() {
  StudyReport report = sample_report();
  report.constraints = {"throughput >= 0.98"};
  report.warm_up = {.runs = 212, .cut = 4, .unsettled = 1, .largest = 0.083};
  for (Comparison& comparison : report.comparisons)
    comparison.constraints = {{"throughput >= 0.98", 15, 0.995, 0.985, 1.004, 0.9648, 0.9, false}};
  report.comparisons[2].ratio_median = 0.5;
  report.comparisons[2].constraints = {
      {"throughput >= 0.98", 5, 0.91, 0.9, 0.93, 0.9648, 0.03125, true}};
  report.pareto = {{3, report.comparisons[2].settings, 20, {{"p99", 0.5}, {"throughput", 0.91}}},
                   {0, report.baseline, 0, {{"p99", 1}, {"throughput", 1}}}};
  report.importance = {{"gro-flush-timeout", 0.8, 0.75}, {"napi-defer-hard-irqs", {}, 0.1}};
  report.expected = Expectation{report.chosen, std::log(0.67), 0.02};
  return report;
}

}  // namespace moderato
