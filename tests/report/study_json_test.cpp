// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "report/study.hpp"
#include "study_sample.hpp"

namespace moderato {
namespace {

using Json = nlohmann::json;

std::set<std::string> keys_of(const Json& json) {
  std::set<std::string> keys;
  for (const auto& [key, value] : json.items())
    keys.insert(key);
  return keys;
}

}  // namespace

TEST_CASE("the JSON document has the documented fields, all of them and no others") {
  const std::set<std::string> top{
      "schema",     "name",     "folder", "policy",   "class",         "objective",    "unit",
      "started",    "seconds",  "link",   "baseline", "interruption",  "interrupted",  "unmeasured",
      "trials",     "noise",    "search", "notes",    "outcome",       "confirmation", "chosen",
      "verdict",    "profile",  "report", "knobs",    "repeatability", "constraints",  "warm_up",
      "importance", "expected", "pareto", "since"};
  const Json json = Json::parse(study_json(sample_report()));
  CHECK(keys_of(json) == top);
  CHECK(keys_of(Json::parse(study_json({}))) == top);
  CHECK(keys_of(json["search"][0]) == std::set<std::string>{"candidate", "settings", "rounds",
                                                            "ratio_median", "outlier_rate", "state",
                                                            "reason", "violates"});
  CHECK(keys_of(json["confirmation"]["comparisons"][0]) ==
        std::set<std::string>{"settings", "rounds", "tested_rounds", "failed_rounds",
                              "ratio_median", "ratio_low", "ratio_high", "confidence", "p_rank",
                              "p_holm", "p_t", "outlier_rate", "significant", "violates",
                              "constraints", "summaries"});
  CHECK(keys_of(json["knobs"][0]) == std::set<std::string>{"knob", "finding", "values", "reference",
                                                           "value", "ratio", "ratio_bound", "p",
                                                           "p_holm", "workloads"});
  CHECK(keys_of(json["knobs"][0]["workloads"][0]) ==
        std::set<std::string>{"workload", "finding", "reason", "limit", "values", "reference",
                              "value", "ratio", "ratio_bound", "p", "p_shared", "p_corrected"});
  CHECK(keys_of(json["repeatability"]) == std::set<std::string>{"n", "sd", "limit"});
  StudyReport counted = sample_report();
  counted.baseline_counters["tcp-stream"] = {{"bytes_per_s", 2.5e9}};
  counted.comparison_counters.resize(3);
  counted.comparison_counters[2]["tcp-stream"] = {{"bytes_per_s", 3.5e9}};
  const Json with_counters = Json::parse(study_json(counted));
  CHECK(with_counters["baseline"]["counters"]["tcp-stream"]["bytes_per_s"] == 2.5e9);
  CHECK(with_counters["confirmation"]["comparisons"][2]["counters"]["tcp-stream"]["bytes_per_s"] ==
        3.5e9);
  CHECK(keys_of(json["baseline"]["summaries"]["udp-pingpong"]) ==
        std::set<std::string>{"unit", "n", "min", "mean", "sd", "median", "p90", "p95", "p99",
                              "p99.9", "max"});
}

TEST_CASE("the JSON document carries the figures unrounded") {
  const Json json = Json::parse(study_json(sample_report()));
  CHECK(json["schema"] == "moderato-report/1");
  CHECK(json["class"] == "network");
  CHECK(json["link"]["endpoints"][1]["netdev"] == "vb");
  CHECK(json["baseline"]["settings"]["gro-flush-timeout"] == 100000);
  CHECK(json["baseline"]["summaries"]["udp-pingpong"]["p99.9"] == 301.0);
  CHECK(json["trials"]["void"] == 1);
  CHECK(json["trials"]["reasons"][0]["count"] == 3);
  CHECK(json["noise"]["floor"] == 0.028);
  CHECK(json["repeatability"]["n"] == 27);
  CHECK(json["knobs"][0]["finding"] == "moves");
  CHECK(json["knobs"][0]["ratio"].get<double>() == doctest::Approx(0.75));
  CHECK(json["knobs"][1]["ratio_bound"].get<double>() == doctest::Approx(1.039));
  const Json& workloads = json["knobs"][0]["workloads"];
  REQUIRE(workloads.size() == 3);
  CHECK(workloads[0]["workload"] == "udp-pingpong");
  CHECK(workloads[0]["finding"] == "moves");
  CHECK(workloads[0]["p_shared"] == 0.0002);
  CHECK(workloads[0]["p_corrected"] == 0.0004);
  CHECK(workloads[0]["limit"].get<double>() == doctest::Approx(std::log(1.021)));
  CHECK(workloads[1]["finding"] == "inert");
  CHECK(workloads[2]["finding"] == "out of reach");
  CHECK(workloads[2]["reason"] == "it has no parameter of this name");
  CHECK(workloads[2]["ratio"].is_null());
  CHECK(workloads[2]["ratio_bound"].is_null());
  CHECK(json["knobs"][1]["workloads"].empty());
  CHECK(json["search"].size() == 40);
  CHECK(json["search"][39]["ratio_median"].is_null());
  CHECK(json["search"][39]["state"] == "failed");
  const Json& first = json["confirmation"]["comparisons"][0];
  CHECK(first["ratio_median"] == 0.6512);
  CHECK(first["p_holm"] == 0.00002);
  CHECK(first["significant"] == true);
  CHECK(json["confirmation"]["comparisons"][2]["significant"] == false);
  CHECK(json["outcome"] == "improved");
  CHECK(json["chosen"] == first["settings"]);
  CHECK(json["verdict"].size() == 2);
}

TEST_CASE("what is not known is null") {
  const Json empty = Json::parse(study_json({}));
  CHECK(empty["noise"].is_null());
  CHECK(empty["repeatability"].is_null());
  CHECK(empty["outcome"].is_null());
  CHECK(empty["profile"].is_null());
  CHECK(empty["unit"].is_null());
  CHECK(empty["interruption"].is_null());
  CHECK(empty["search"].is_array());
  StudyReport report = sample_report();
  report.comparisons[0].confidence = 0;
  report.comparisons[0].p_t = std::numeric_limits<double>::quiet_NaN();
  report.comparisons[1].tested_rounds = 0;
  report.comparisons[2] = {.settings = report.comparisons[2].settings, .failed_rounds = 2};
  report.baseline_summaries["udp-pingpong"].p999.reset();
  report.knobs = {{.knob = "rx-usecs", .bound = std::numeric_limits<double>::infinity()}};
  const Json json = Json::parse(study_json(report));
  for (const char* figure : {"reference", "value", "ratio", "ratio_bound"})
    CHECK(json["knobs"][0][figure].is_null());
  CHECK(json["confirmation"]["comparisons"][0]["ratio_low"].is_null());
  CHECK(json["confirmation"]["comparisons"][0]["p_t"].is_null());
  CHECK(json["confirmation"]["comparisons"][0]["ratio_median"] == 0.6512);
  const Json& behind = json["confirmation"]["comparisons"][1];
  for (const char* p : {"p_rank", "p_holm", "p_t"})
    CHECK(behind[p].is_null());
  CHECK(behind["ratio_median"] == 0.74);
  const Json& failing = json["confirmation"]["comparisons"][2];
  for (const char* figure : {"ratio_median", "outlier_rate", "p_rank", "p_holm", "p_t"})
    CHECK(failing[figure].is_null());
  CHECK(failing["significant"] == false);
  CHECK(json["baseline"]["summaries"]["udp-pingpong"]["p99.9"].is_null());
}

TEST_CASE("a baseline that stays is an outcome of its own") {
  const Json json = Json::parse(study_json(unimproved_report()));
  CHECK(json["outcome"] == "baseline_is_best");
  CHECK(json["chosen"] == json["baseline"]["settings"]);
}

TEST_CASE("a message that is not UTF-8 does not cost the report") {
  StudyReport report = sample_report();
  report.trials.reasons[0].reason = "bad \xff byte";
  CHECK(Json::parse(study_json(report))["trials"]["reasons"][0]["count"] == 3);
}

TEST_CASE("constraints, trade-offs and what matters are in the JSON document") {
  const Json json = Json::parse(study_json(constrained_report()));
  CHECK(json["constraints"][0] == "throughput >= 0.98");
  const Json& out = json["confirmation"]["comparisons"][2];
  CHECK(out["violates"] == true);
  CHECK(out["constraints"][0]["ratio_median"] == 0.91);
  CHECK(out["constraints"][0]["violated"] == true);
  CHECK(json["confirmation"]["comparisons"][0]["violates"] == false);
  CHECK(json["pareto"][1]["ratios"]["throughput"] == 1);
  CHECK(json["importance"][0]["relevance"] == 0.8);
  CHECK(json["importance"][0]["explained"] == 0.75);
  CHECK(json["importance"][1]["relevance"].is_null());
  StudyReport unknown = constrained_report();
  unknown.importance = {{"rx-usecs", {}, {}}};
  CHECK(Json::parse(study_json(unknown))["importance"][0]["explained"].is_null());
  CHECK(json["expected"]["ratio"].get<double>() == doctest::Approx(0.67));
  CHECK(json["warm_up"]["cut"] == 4);
}

TEST_CASE("what became of an old ranking is told first, and with its figures") {
  StudyReport report = sample_report();
  CHECK(Json::parse(study_json(report))["since"].is_null());
  report.ranking = RankingReport{.profile = "old.json",
                                 .study = "then",
                                 .changed = {"driver_version: 1.0 -> 2.0"},
                                 .over = true,
                                 .stands = false,
                                 .reason = "rx-usecs=2 fell behind",
                                 .comparisons = report.comparisons};
  const Json json = Json::parse(study_json(report));
  CHECK(json["verdict"][0] ==
        "The ranking of old.json does not stand, because rx-usecs=2 fell behind.");
  CHECK(json["since"]["stands"] == false);
  CHECK(json["since"]["changed"][0] == "driver_version: 1.0 -> 2.0");
  CHECK(json["since"]["comparisons"].size() == report.comparisons.size());
  const std::string text = study_text(report);
  CHECK(text.find("whether the ranking of old.json stands (study then; changed since: ") !=
        std::string::npos);
  report.ranking->over = false;
  CHECK(Json::parse(study_json(report))["since"]["stands"].is_null());
  CHECK(verdict_of(report).sentences.front() ==
        "Whether the ranking of old.json stands is not known yet.");
}

}  // namespace moderato
