// SPDX-License-Identifier: Apache-2.0
#include "cli/study_report.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/study_tables.hpp"
#include "temporary_folder.hpp"

using namespace moderato;
using Json = nlohmann::json;

namespace {

/// The baseline is rx-usecs=8; candidates 1 to 4 are 0, 2, 32 and 128.
constexpr const char* policy_text = R"({"schema": "moderato-policy/1", "name": "p", "class": "c",
  "workloads": [{"use": "udp-pingpong"}],
  "space": {"parameters": [{"knob": "rx-usecs", "values": [0, 2, 8, 32, 128]}]},
  "measurement": {"calibration_rounds": 2, "search_rounds": 1, "confirm_rounds": 15}})";

StudyHeader a_header() {
  HostReport found;
  found.host = "a";
  found.devices.resize(1);
  return {.name = "s",
          .seed = 1,
          .policy_text = policy_text,
          .policy_source = "policy.json",
          .endpoints = {{{"a", {}, "eth0", "10.0.0.1"}, found, {{"rx-usecs", 8}}}}};
}

Settings usecs_of(int candidate) {
  constexpr std::int64_t values[] = {8, 0, 2, 32, 128};
  return {{"rx-usecs", values[candidate]}};
}

Trial trial_of(const TrialKey& key, double score) {
  Trial trial{.key = key, .settings = usecs_of(key.candidate), .score = score};
  trial.outcomes = {{"udp-pingpong", "us", {.n = 1000, .p99 = score}, {}}};
  return trial;
}

Trial failed(const TrialKey& key, const std::string& reason) {
  return {.key = key,
          .settings = usecs_of(key.candidate),
          .state = TrialState::failed,
          .reason = reason};
}

/// Calibrated, and candidates 1 and 2 searched; 2 is the better one.
std::vector<Trial> searched() {
  return {trial_of({Phase::calibrate, 0, 0, 0}, 100), trial_of({Phase::calibrate, 0, 0, 1}, 101),
          trial_of({Phase::calibrate, 1, 0, 0}, 100), trial_of({Phase::calibrate, 1, 0, 1}, 99),
          trial_of({Phase::search, 0, 0, 0}, 100),    trial_of({Phase::search, 0, 1, 0}, 90),
          trial_of({Phase::search, 0, 2, 0}, 50)};
}

StudyReport report_of(const std::vector<Trial>& trials,
                      const std::filesystem::path& folder = "/nowhere/study") {
  const StudyHeader header = a_header();
  const auto findings = findings_of(header, trials);
  REQUIRE_MESSAGE(findings, (findings ? "" : findings.error().message));
  return make_report(header, trials, *findings, folder);
}

bool is_finalist(const SearchEntry& entry) {
  return entry.state == CandidateState::finalist;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string verdict_text(const StudyReport& report) {
  return fmt::format("{}", fmt::join(verdict_of(report).sentences, " "));
}

}  // namespace

TEST_CASE("before the first trial of the confirmation there are no finalists") {
  auto trials = searched();
  const StudyReport before = report_of(trials);
  CHECK(before.comparisons.empty());
  CHECK(before.comparison_counters.empty());
  CHECK(std::ranges::none_of(before.search, is_finalist));
  trials.push_back(trial_of({Phase::confirm, 0, 0, 0}, 100));
  const StudyReport begun = report_of(trials);
  CHECK(begun.comparisons.size() == 2);
  CHECK(std::ranges::count_if(begun.search, is_finalist) == 2);
}

TEST_CASE("half way through the confirmation nobody has fallen behind, and nothing is made up") {
  auto trials = searched();
  trials.push_back(trial_of({Phase::confirm, 0, 0, 0}, 100));
  trials.push_back(trial_of({Phase::confirm, 0, 2, 0}, 60));
  const StudyReport report = report_of(trials);
  const Table table = confirmation_table(report);
  REQUIRE(table.rows.size() == 2);
  const std::vector<std::string> none{"-", "-", "-", "-", "-",
                                      "-", "-", "-", "0", "not tested yet"};
  for (const Row& row : table.rows) {
    const bool measured = row.cells.back() == "rx-usecs=2";
    CHECK(row.cells[0] == (measured ? "0.600" : "-"));
    CHECK(row.cells[9] == "not tested yet");
    if (!measured) CHECK(std::vector(row.cells.begin(), row.cells.end() - 1) == none);
  }
  for (const Json& one : Json::parse(study_json(report))["confirmation"]["comparisons"]) {
    const bool measured = one["settings"]["rx-usecs"] == 2;
    for (const char* figure : {"ratio_median", "outlier_rate"})
      CHECK(one[figure].is_null() == !measured);
    for (const char* p : {"p_rank", "p_holm", "p_t"})
      CHECK(one[p].is_null());
  }
}

TEST_CASE("each workload has its own unit, and the score of different ones has none") {
  auto trials = searched();
  CHECK(report_of(trials).unit == "us");
  CHECK(report_of({}).unit == "");
  for (Trial& trial : trials)
    trial.outcomes.push_back({"allreduce", "s", {.n = 10, .p99 = 0.5}, {}});
  for (const int candidate : {0, 1, 2}) {
    trials.push_back(trial_of({Phase::confirm, 0, candidate, 0}, 100));
    trials.back().outcomes.push_back({"allreduce", "s", {.n = 10, .p99 = 0.5}, {}});
  }
  const StudyReport report = report_of(trials);
  const Json json = Json::parse(study_json(report));
  CHECK(json["unit"].is_null());
  CHECK(json["baseline"]["summaries"]["allreduce"]["unit"] == "s");
  CHECK(json["baseline"]["summaries"]["udp-pingpong"]["unit"] == "us");
  const std::string text = study_text(report);
  CHECK(holds(text, "allreduce, s\n"));
  CHECK(holds(text, "udp-pingpong, us\n"));
  CHECK(holds(text, " p99, smaller is better\n"));
}

TEST_CASE("a study that stands still or runs is not finished, and can go on") {
  const StudyReport report = report_of(searched());
  CHECK(verdict_text(report) ==
        "No verdict: the study is not finished. Nothing is claimed of what was measured so far. "
        "Unless it still runs, `moderato tune --resume /nowhere/study` goes on with it.");
  CHECK(Json::parse(study_json(report))["interrupted"] == true);
  CHECK(Json::parse(study_json(report))["interruption"].is_null());
}

TEST_CASE("a study whose baseline failed for good says why, and is not to be resumed") {
  const TrialKey key{Phase::calibrate, 0, 0, 1};
  std::vector<Trial> trials{trial_of({Phase::calibrate, 0, 0, 0}, 100), failed(key, "exit 7")};
  CHECK(holds(verdict_text(report_of(trials)), "--resume"));  // an attempt is left
  trials.push_back(failed(key, "exit 8"));
  const StudyReport report = report_of(trials);
  const std::string reason = "the baseline itself cannot be measured: exit 8";
  CHECK(holds(verdict_text(report), "No verdict: " + reason + "."));
  CHECK_FALSE(holds(study_text(report), "--resume"));
  CHECK(Json::parse(study_json(report))["interruption"] == reason);
  trials.back() = trial_of(key, 100);
  CHECK(holds(verdict_text(report_of(trials)), "--resume"));
}

TEST_CASE("a report names no file that is not there") {
  const TemporaryFolder temporary;
  std::filesystem::permissions(temporary.path(), std::filesystem::perms::owner_all);
  auto trials = searched();
  for (const int candidate : {1, 2, 3, 4})
    trials.push_back(trial_of({Phase::search, 0, candidate, 0}, 200));
  const auto paths = [&](const StudyReport& report) {
    return std::pair(report.profile_path, report.report_path);
  };
  const std::pair<std::string, std::string> none;
  const std::pair both((temporary.path() / "profile.json").string(),
                       (temporary.path() / "report.html").string());
  StudyReport report = report_of(trials, temporary.path());
  REQUIRE(report.outcome == Outcome::baseline_is_best);
  CHECK(paths(report) == none);
  const auto findings = findings_of(a_header(), trials);
  const auto folder = Folder::open_own(temporary.path());
  REQUIRE(folder);
  const auto written = write_results(report, *findings, *folder);
  REQUIRE_MESSAGE(written, (written ? "" : written.error().message));
  CHECK(paths(report) == both);
  const auto json = folder->read("report.json");
  REQUIRE(json);
  CHECK(Json::parse(*json)["report"] == both.second);
  CHECK(paths(report_of(trials, temporary.path())) == both);
}

TEST_CASE("candidates that have no trials are counted, and not listed") {
  auto trials = searched();
  trials.push_back(failed({Phase::search, 0, 3, 0}, "EINVAL"));
  const StudyReport report = report_of(trials);
  const Json json = Json::parse(study_json(report));
  CHECK(json["search"].size() == 3);
  CHECK(json["unmeasured"] == 1);
  CHECK(holds(study_text(report), "1 of 4 unmeasured, and not listed"));
  CHECK(holds(study_html(report), "1 of 4 unmeasured, and not listed"));
  trials.push_back(trial_of({Phase::search, 1, 4, 0}, 100));  // its baseline is not there yet
  const StudyReport all = report_of(trials);
  CHECK(all.unmeasured == 0);
  REQUIRE(all.search.size() == 4);
  CHECK(all.search.back().state == CandidateState::unmeasured);
  CHECK_FALSE(holds(study_text(all), "and not listed"));
}
