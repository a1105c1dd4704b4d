// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/study.hpp"
#include "report/study_words.hpp"

namespace moderato {
namespace {

using Json = nlohmann::ordered_json;

constexpr double normal_95 = 1.96;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json settings_json(const Settings& settings) {
  Json json = Json::object();
  for (const auto& [knob, value] : settings)
    json[knob] = value;
  return json;
}

Json summary_json(const Summary& summary, const std::string& unit) {
  return {{"unit", unit},       {"n", summary.n},
          {"min", summary.min}, {"mean", summary.mean},
          {"sd", summary.sd},   {"median", summary.median},
          {"p90", summary.p90}, {"p95", summary.p95},
          {"p99", summary.p99}, {"p99.9", summary.p999 ? Json(*summary.p999) : Json(nullptr)},
          {"max", summary.max}};
}

Json summaries_json(const StudyReport& report, const std::map<std::string, Summary>& summaries) {
  Json json = Json::object();
  for (const auto& [workload, summary] : summaries) {
    const auto unit = report.units.find(workload);
    json[workload] = summary_json(summary, unit == report.units.end() ? report.unit : unit->second);
  }
  return json;
}

Json link_json(const StudyReport& report) {
  Json endpoints = Json::array();
  for (const ReportEndpoint& endpoint : report.endpoints)
    endpoints.push_back(Json{{"host", endpoint.host},
                             {"netdev", endpoint.netdev},
                             {"driver", endpoint.driver},
                             {"kind", endpoint.kind}});
  return {{"name", report.link}, {"endpoints", endpoints}};
}

Json trials_json(const TrialCounts& trials) {
  Json reasons = Json::array();
  for (const TrialReason& reason : trials.reasons)
    reasons.push_back(
        Json{{"state", name_of(reason.state)}, {"reason", reason.reason}, {"count", reason.count}});
  return {{"complete", trials.complete},
          {"failed", trials.failed},
          {"void", trials.void_trials},
          {"reasons", reasons}};
}

Json noise_json(const std::optional<Noise>& noise) {
  if (!noise) return nullptr;
  return {{"n", noise->n},
          {"spread", noise->spread},
          {"floor", noise->floor},
          {"outlier_rate", noise->outlier_rate}};
}

Json repeatability_json(const std::optional<Repeatability>& repeatability) {
  if (!repeatability) return nullptr;
  return {{"n", repeatability->n}, {"sd", repeatability->sd}, {"limit", repeatability->limit}};
}

/// What score and workloads have alike.
void add_response(Json& json, const KnobResponse& knob) {
  const bool compared = knob.values > 1;
  json["values"] = knob.values;
  json["reference"] = compared ? Json(knob.reference) : Json(nullptr);
  json["value"] = compared ? Json(knob.value) : Json(nullptr);
  json["ratio"] = compared ? Json(std::exp(knob.effect)) : Json(nullptr);
  json["ratio_bound"] = compared ? Json(std::exp(knob.bound)) : Json(nullptr);
  json["p"] = knob.p;
}

Json knob_workloads_json(const StudyReport& report, const std::string& knob) {
  Json workloads = Json::array();
  for (const WorkloadResponse& one : report.knob_workloads) {
    if (one.response.knob != knob) continue;
    Json json{{"workload", one.workload},
              {"finding", reach_text(one)},
              {"reason", text_or_null(one.out_of_reach)},
              {"limit", one.limit}};
    add_response(json, one.response);
    json["p_shared"] = one.p_shared;
    json["p_corrected"] = one.response.p_corrected;
    workloads.push_back(std::move(json));
  }
  return workloads;
}

Json knobs_json(const StudyReport& report) {
  Json json = Json::array();
  for (const KnobResponse& knob : report.knobs) {
    Json one{{"knob", knob.knob}, {"finding", name_of(knob.finding)}};
    add_response(one, knob);
    one["p_holm"] = knob.p_corrected;
    one["workloads"] = knob_workloads_json(report, knob.knob);
    json.push_back(std::move(one));
  }
  return json;
}

Json search_json(const std::vector<SearchEntry>& search) {
  Json json = Json::array();
  for (const SearchEntry& entry : search)
    json.push_back(
        Json{{"candidate", entry.candidate},
             {"settings", settings_json(entry.settings)},
             {"rounds", entry.rounds},
             {"ratio_median", entry.ratio_median ? Json(*entry.ratio_median) : Json(nullptr)},
             {"outlier_rate", entry.outlier_rate},
             {"state", name_of(entry.state)},
             {"reason", text_or_null(entry.reason)},
             {"violates", entry.violates}});
  return json;
}

Json constraints_json(const Comparison& comparison) {
  Json json = Json::array();
  for (const ConstraintFinding& finding : comparison.constraints) {
    const bool interval = finding.confidence > 0;
    json.push_back(Json{{"constraint", finding.constraint},
                        {"rounds", finding.rounds},
                        {"ratio_median", finding.ratio_median},
                        {"ratio_low", interval ? Json(finding.ratio_low) : Json(nullptr)},
                        {"ratio_high", interval ? Json(finding.ratio_high) : Json(nullptr)},
                        {"confidence", finding.confidence},
                        {"p", finding.p},
                        {"violated", finding.violated}});
  }
  return json;
}

Json pareto_json(const std::vector<TradeOff>& pareto) {
  Json json = Json::array();
  for (const TradeOff& one : pareto)
    json.push_back(Json{{"candidate", one.candidate},
                        {"settings", settings_json(one.settings)},
                        {"rounds", one.rounds},
                        {"ratios", one.ratios}});
  return json;
}

Json importance_json(const std::vector<KnobImportance>& importance) {
  Json json = Json::array();
  for (const KnobImportance& one : importance)
    json.push_back(Json{{"knob", one.knob},
                        {"relevance", one.relevance ? Json(*one.relevance) : Json(nullptr)},
                        {"explained", one.explained ? Json(*one.explained) : Json(nullptr)}});
  return json;
}

Json expected_json(const std::optional<Expectation>& expected) {
  if (!expected) return nullptr;
  return {{"settings", settings_json(expected->settings)},
          {"ratio", std::exp(expected->log_ratio)},
          {"ratio_low", std::exp(expected->log_ratio - normal_95 * expected->sd)},
          {"ratio_high", std::exp(expected->log_ratio + normal_95 * expected->sd)}};
}

Json warm_up_json(const WarmUpCounts& counts) {
  return {{"runs", counts.runs},
          {"cut", counts.cut},
          {"unsettled", counts.unsettled},
          {"largest", counts.largest}};
}

Json comparison_json(const StudyReport& report, const Comparison& comparison) {
  const bool interval = comparison.confidence > 0;
  const bool measured = comparison.rounds > 0;
  const auto p = [&](double value) {
    return comparison.tested_rounds > 0 ? Json(value) : Json(nullptr);
  };
  return {{"settings", settings_json(comparison.settings)},
          {"rounds", comparison.rounds},
          {"tested_rounds", comparison.tested_rounds},
          {"failed_rounds", comparison.failed_rounds},
          {"ratio_median", measured ? Json(comparison.ratio_median) : Json(nullptr)},
          {"ratio_low", interval ? Json(comparison.ratio_low) : Json(nullptr)},
          {"ratio_high", interval ? Json(comparison.ratio_high) : Json(nullptr)},
          {"confidence", comparison.confidence},
          {"p_rank", p(comparison.p_rank)},
          {"p_holm", p(comparison.p_holm)},
          {"p_t", p(comparison.p_t)},
          {"outlier_rate", measured ? Json(comparison.outlier_rate) : Json(nullptr)},
          {"significant", is_significant(comparison, report.alpha)},
          {"violates", comparison.violates()},
          {"constraints", constraints_json(comparison)},
          {"summaries", summaries_json(report, comparison.summaries)}};
}

Json ranking_json(const StudyReport& report) {
  if (!report.ranking) return nullptr;
  const RankingReport& ranking = *report.ranking;
  Json comparisons = Json::array();
  for (const Comparison& comparison : ranking.comparisons)
    comparisons.push_back(comparison_json(report, comparison));
  return {{"profile", ranking.profile},
          {"study", ranking.study},
          {"changed", ranking.changed},
          {"stands", ranking.over ? Json(ranking.stands) : Json(nullptr)},
          {"reason", text_or_null(ranking.reason)},
          {"comparisons", comparisons}};
}

Json confirmation_json(const StudyReport& report) {
  Json comparisons = Json::array();
  for (std::size_t i = 0; i < report.comparisons.size(); ++i) {
    comparisons.push_back(comparison_json(report, report.comparisons[i]));
    if (i < report.comparison_counters.size())
      comparisons.back()["counters"] = report.comparison_counters[i];
  }
  return {{"alpha", report.alpha}, {"comparisons", comparisons}};
}

Json outcome_json(const std::optional<Outcome>& outcome) {
  if (!outcome) return nullptr;
  return *outcome == Outcome::improved ? "improved" : "baseline_is_best";
}

}  // namespace

std::string study_json(const StudyReport& report) {
  Json json;
  json["schema"] = "moderato-report/1";
  json["name"] = report.name;
  json["folder"] = report.folder;
  json["policy"] = report.policy;
  json["class"] = report.workload_class;
  json["objective"] = report.objective;
  json["unit"] = text_or_null(report.unit);
  json["constraints"] = report.constraints;
  json["started"] = report.started;
  json["seconds"] = report.seconds;
  json["interrupted"] = report.interrupted;
  json["interruption"] = text_or_null(report.interruption);
  json["link"] = link_json(report);
  json["baseline"] = Json{{"settings", settings_json(report.baseline)},
                          {"summaries", summaries_json(report, report.baseline_summaries)},
                          {"counters", report.baseline_counters}};
  json["trials"] = trials_json(report.trials);
  json["warm_up"] = warm_up_json(report.warm_up);
  json["since"] = ranking_json(report);
  json["noise"] = noise_json(report.noise);
  json["repeatability"] = repeatability_json(report.repeatability);
  json["knobs"] = knobs_json(report);
  json["importance"] = importance_json(report.importance);
  json["expected"] = expected_json(report.expected);
  json["search"] = search_json(report.search);
  json["unmeasured"] = report.unmeasured;
  json["pareto"] = pareto_json(report.pareto);
  json["confirmation"] = confirmation_json(report);
  json["outcome"] = outcome_json(report.outcome);
  json["chosen"] = settings_json(report.chosen);
  json["verdict"] = verdict_of(report).sentences;
  json["profile"] = text_or_null(report.profile_path);
  json["report"] = text_or_null(report.report_path);
  json["notes"] = report.notes;
  // dump() writes null for what is not finite.
  // A workload's message need not be UTF-8; a report that throws on it would be worse.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace moderato
