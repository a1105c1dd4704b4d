// SPDX-License-Identifier: Apache-2.0
#include "tune/study.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "core/file.hpp"
#include "temporary_folder.hpp"
#include "tune/rounds.hpp"
#include "tune/trial_json.hpp"
#include "waiting.hpp"

using namespace moderato;
namespace fs = std::filesystem;

namespace {

Result<Study> open_study(const fs::path& path) {
  return Study::open(Folder::open_own(path).value());
}

StudyHeader a_header() {
  Device device;
  device.netdev = "eth2";
  device.driver = "mlx5_core";
  HostReport found;
  found.host = "node7";
  found.kernel = "6.1.0";
  found.devices = {device};
  return {
      .name = "s",
      .created = utc_now(),
      .version = "0.1.0",
      .seed = 18446744073709551615u,
      .link_source = "lab.json",
      .policy_text = "{\"any\": \"text\"}",
      .policy_source = "p.json",
      .endpoints = {{{"node7", {"ssh", "node7"}, "eth2", "10.1.0.7"}, found, {{"rx-usecs", 16}}}},
      .out_of_reach = {{"srq-limit", "udp-pingpong", "it has no parameter of this name"}}};
}

Trial a_trial() {
  Trial t;
  t.key = {Phase::confirm, 3, 7, 0};
  t.settings = {{"rx-usecs", 8}};
  t.effective = {{"node7/eth2", {{"rx-usecs", 8}}}};
  t.state = TrialState::void_trial;
  t.reason = "written by others: \"x\"\n";
  t.workload_stderr = "line\nline \xff";
  t.outcomes = {{"udp",
                 "us",
                 {.n = 4000,
                  .min = 1,
                  .mean = 2.5,
                  .sd = 0.1,
                  .median = 2,
                  .p90 = 3,
                  .p95 = 4,
                  .p99 = 5,
                  .max = 6,
                  .p999 = 5.5},
                 {{"cpu_s", 0.25}},
                 120,
                 true}};
  t.figures = {{"throughput", 1234.5}};
  t.score = 5;
  t.started = "2026-01-01T00:00:00Z";
  t.seconds = 0.5;
  return t;
}

}  // namespace

TEST_CASE("a trial of an older journal has no figures and was not cut") {
  std::string line = to_json(a_trial());
  const auto remove = [&](const std::string& part) {
    const auto at = line.find(part);
    REQUIRE(at != std::string::npos);
    line.erase(at, part.size());
  };
  remove(R"(,"warm_up":120)");
  remove(R"("figures":{"throughput":1234.5},)");
  const auto trial = trial_from_json(line, "x");
  REQUIRE_MESSAGE(trial.has_value(), (trial ? "" : trial.error().message));
  CHECK(trial->figures.empty());
  CHECK(trial->outcomes.front().warm_up == 0);
  CHECK(trial->outcomes.front().settled);
}

TEST_CASE("a run that did not settle is remembered as one") {
  Trial before = a_trial();
  before.outcomes.front().warm_up = 0;
  before.outcomes.front().settled = false;
  const auto after = trial_from_json(to_json(before), "x");
  REQUIRE(after);
  CHECK_FALSE(after->outcomes.front().settled);
}

TEST_CASE("a study from before the warm-up rule goes on without it, a new one keeps it") {
  std::string text = to_json(a_header());
  CHECK(parse_study(text, "x")->cuts_warm_up == false);
  const std::string field = ",\n  \"cuts_warm_up\": false";
  const auto at = text.find(field);
  REQUIRE(at != std::string::npos);
  text.erase(at, field.size());
  const auto old = parse_study(text, "x");
  REQUIRE_MESSAGE(old.has_value(), (old ? "" : old.error().message));
  CHECK_FALSE(old->cuts_warm_up);
  StudyHeader header = a_header();
  header.cuts_warm_up = true;
  CHECK(parse_study(to_json(header), "x")->cuts_warm_up);
}

TEST_CASE(
    "a study keeps as whom its workloads run; one from before that was recorded says nothing") {
  StudyHeader header = a_header();
  CHECK(to_json(header).find("run_as") == std::string::npos);
  CHECK(parse_study(to_json(header), "x")->run_as == "");
  header.run_as = "alice";
  CHECK(parse_study(to_json(header), "x")->run_as == "alice");
}

TEST_CASE("a study whose folder, link or policy has a name that is not UTF-8 can be read") {
  StudyHeader header = a_header();
  header.name = "study-\xff";
  header.link_source = "/tmp/\xc3";
  header.policy_source = "\xf0\x9f.json";
  const auto read = parse_study(to_json(header), "study.json");
  REQUIRE(read);
  CHECK(read->name == "study-\xef\xbf\xbd");
  CHECK(read->seed == header.seed);
}

TEST_CASE("the end of the search and the Pareto set are kept in study.json") {
  const TemporaryFolder folder;
  StudyHeader header = a_header();
  header.cuts_warm_up = true;
  const std::vector<TradeOff> set{{3, {{"rx-usecs", 2}}, 18, {{"p99", 0.8}, {"cpu_time", 1.25}}}};
  {
    auto study = Study::create(folder.path() / "s", header);
    REQUIRE_MESSAGE(study.has_value(), (study ? "" : study.error().message));
    REQUIRE(study->end_search());
    REQUIRE(study->keep_pareto(set));
  }
  const auto again = read_study(folder.path() / "s");
  REQUIRE_MESSAGE(again.has_value(), (again ? "" : again.error().message));
  CHECK(again->header.pareto == set);
  CHECK(again->header.cuts_warm_up);
  CHECK(again->header.search_ended);
  CHECK(again->header.seed == header.seed);
}

TEST_CASE("a trial survives its line in the journal") {
  const Trial before = a_trial();
  const auto line = to_json(before);
  CHECK(line.find('\n') == std::string::npos);
  const auto after = trial_from_json(line, "x");
  REQUIRE(after);
  CHECK(after->key == before.key);
  CHECK(after->settings == before.settings);
  CHECK(after->effective == before.effective);
  CHECK(after->state == before.state);
  CHECK(after->reason == before.reason);
  CHECK(after->outcomes[0].summary.p999 == before.outcomes[0].summary.p999);
  CHECK(after->outcomes[0].summary.mean == 2.5);
  CHECK(after->outcomes[0].counters == before.outcomes[0].counters);
  CHECK(after->score == before.score);
  CHECK(to_json(*after) == to_json(*trial_from_json(to_json(*after), "x")));
}

TEST_CASE("a study on disk is the study in memory") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "study";
  {
    auto study = Study::create(path, a_header());
    REQUIRE(study);
    REQUIRE(study->record(a_trial()));
  }
  auto study = open_study(path);
  REQUIRE(study);
  const StudyHeader wanted = a_header();
  CHECK(study->header().seed == wanted.seed);
  CHECK(study->header().policy_text == wanted.policy_text);
  CHECK(study->header().endpoints[0].baseline == wanted.endpoints[0].baseline);
  CHECK(study->header().endpoints[0].device().driver == "mlx5_core");
  CHECK(study->header().out_of_reach == wanted.out_of_reach);
  CHECK(study->trials().size() == 1);
  CHECK(study->find({Phase::confirm, 3, 7, 0}) != nullptr);
  CHECK(study->find({Phase::confirm, 3, 8, 0}) == nullptr);
}

TEST_CASE("a study is never overwritten by another") {
  const TemporaryFolder folder;
  REQUIRE(Study::create(folder.path(), a_header()));
  const auto second = Study::create(folder.path(), a_header());
  REQUIRE_FALSE(second);
  CHECK(second.error().message.find("holds a study already") != std::string::npos);
}

TEST_CASE("a study that was ended while it was made can be made again, and keeps nothing of then") {
  const TemporaryFolder folder;
  StudyHeader header = a_header();
  header.since = OldRanking{.profile = "old.json", .winner = {{"rx-usecs", 1}}};
  header.earlier = {{{{"rx-usecs", 4}}, {-0.5, 3}}};
  {
    auto study = Study::create(folder.path(), header);
    REQUIRE(study);
    REQUIRE(study->keep_equal_values({{"rx-usecs", 3, 4}}));
  }
  const auto kept = read_study_header(folder.path());
  REQUIRE_MESSAGE(kept, (kept ? "" : kept.error().message));
  CHECK(kept->since == header.since);
  REQUIRE(kept->earlier.size() == 1);
  CHECK(kept->earlier[0].settings == header.earlier[0].settings);
  CHECK(kept->earlier[0].score.log_ratio == -0.5);
  fs::remove(folder.path() / "study.json");  // which is written last
  REQUIRE(Study::create(folder.path(), a_header()));
  const auto again = read_study_header(folder.path());
  REQUIRE(again);
  CHECK_FALSE(again->since);
  CHECK(again->earlier.empty());
  CHECK_FALSE(again->looked_for_equal_values);
}

TEST_CASE("study.json is written when the rest of a new study is there") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "study.json.tmp" += std::to_string(::getpid()));
  REQUIRE_FALSE(Study::create(folder.path(), a_header()));  // it cannot write study.json
  for (const char* name : {"policy.json", "endpoint-0.json", "trials.jsonl", "samples"})
    CHECK(fs::exists(folder.path() / name));
}

TEST_CASE("the trials of another study are not gone on with") {
  const TemporaryFolder folder;
  {
    auto study = Study::create(folder.path(), a_header());
    REQUIRE(study->record(a_trial()));
  }
  fs::remove(folder.path() / "study.json");
  const auto study = Study::create(folder.path(), a_header());
  REQUIRE_FALSE(study);
  CHECK(study.error().message.find("holds the trials of another study") != std::string::npos);
}

TEST_CASE("a study without its journal is an error that says what to do") {
  const TemporaryFolder folder;
  REQUIRE(Study::create(folder.path(), a_header()));
  fs::remove(folder.path() / "trials.jsonl");
  const auto study = open_study(folder.path());
  REQUIRE_FALSE(study);
  CHECK(study.error().remedy.find("start a new study") != std::string::npos);
  CHECK(read_study(folder.path()).error().remedy == study.error().remedy);
}

TEST_CASE("a study is gone on with by one process at a time, and can be read meanwhile" * waiting) {
  const TemporaryFolder folder;
  const auto study = Study::create(folder.path(), a_header());
  const auto second = open_study(folder.path());
  REQUIRE_FALSE(second);
  CHECK(second.error().message.find("another process continues this study") == 0);
  CHECK(read_study(folder.path()));
}

TEST_CASE("a study's name that no folder can have is an error") {
  const TemporaryFolder folder;
  fs::create_symlink("loop", folder.path() / "loop");
  for (const fs::path& name : {fs::path("loop"), fs::path(std::string(256, 'x'))}) {
    CAPTURE(name);
    CHECK_FALSE(Study::create(folder.path() / name, a_header()));
    CHECK_FALSE(read_study(folder.path() / name));
  }
}

TEST_CASE("whatever its parameters are, the samples of every workload have a file of their own") {
  const TemporaryFolder folder;
  const auto study = Study::create(folder.path(), a_header());
  REQUIRE(study);
  const TrialKey key{Phase::confirm, 3, 7, 0};
  const std::string name = "mpi-program program=/opt/app/x";
  REQUIRE(study->keep_samples(key, 0, name, "first"));
  const std::string with_long = name + " arguments=" + std::string(5000, 'y');
  REQUIRE(study->keep_samples(key, 1, with_long + "1", "second"));
  REQUIRE(study->keep_samples(key, 2, with_long + "2", "third"));
  const auto samples = folder.path() / "samples";
  CHECK(read_file(samples / "confirm-3-7-0-0-mpi-program_program=_opt_app_x.txt").value() ==
        "first");
  CHECK(std::distance(fs::directory_iterator(samples), {}) == 3);
}

TEST_CASE("root's study in a folder of somebody else stays root's, whatever she does there") {
  if (::geteuid() != 0) {
    fmt::print("SKIPPED: needs root to give a file away\n");
    return;
  }
  const TemporaryFolder hers;
  REQUIRE(::chown(hers.path().c_str(), 12345, 12345) == 0);
  const auto path = hers.path() / "study";
  fs::create_directory(path);
  REQUIRE(::chown(path.c_str(), 12345, 12345) == 0);
  const auto refused = Study::create(path, a_header());  // she was there first
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("belongs to user 12345") != std::string::npos);
  CHECK(refused.error().remedy.ends_with("choose another folder with --study"));
  CHECK(fs::is_empty(path));
  fs::remove(path);
  auto study = Study::create(path, a_header());
  REQUIRE_MESSAGE(study, (study ? "" : study.error().message));
  fs::rename(path, hers.path() / "moved");
  fs::create_directories(path / "samples");
  REQUIRE(study->record(a_trial()));
  REQUIRE(study->keep_samples({Phase::search, 0, 1, 0}, 0, "udp", "raw"));
  REQUIRE(study->end_search());
  CHECK(fs::is_empty(path / "samples"));
  CHECK(std::distance(fs::directory_iterator(path), {}) == 1);
  CHECK(fs::exists(hers.path() / "moved/samples/search-0-1-0-0-udp.txt"));
  CHECK(read_study(hers.path() / "moved")->header.search_ended);
}

TEST_CASE("a torn last line of the journal is a trial that never was") {
  const TemporaryFolder folder;
  {
    auto study = Study::create(folder.path(), a_header());
    REQUIRE(study->record(a_trial()));
  }
  std::ofstream(folder.path() / "trials.jsonl", std::ios::app) << R"({"schema":"moderato-tri)";
  auto study = open_study(folder.path());
  REQUIRE(study);
  CHECK(study->trials().size() == 1);
  REQUIRE(study->record(a_trial()));
  CHECK(read_study(folder.path())->trials.size() == 2);
}

TEST_CASE("a damaged line in the middle is an error that names file and line") {
  const TemporaryFolder folder;
  {
    auto study = Study::create(folder.path(), a_header());
    REQUIRE(study->record(a_trial()));
  }
  std::ofstream(folder.path() / "trials.jsonl", std::ios::app) << "garbage\n";
  const auto study = open_study(folder.path());
  REQUIRE_FALSE(study);
  CHECK(study.error().message.find("trials.jsonl:2") != std::string::npos);
}

TEST_CASE("a round's order depends on seed, phase and round alone, and holds everything once") {
  const auto order = round_order(20, 1, Phase::search, 0);
  CHECK(order == round_order(20, 1, Phase::search, 0));
  CHECK(order != round_order(20, 2, Phase::search, 0));
  CHECK(order != round_order(20, 1, Phase::confirm, 0));
  CHECK(order != round_order(20, 1, Phase::search, 1));
  auto sorted = order;
  std::ranges::sort(sorted);
  for (std::size_t i = 0; i < sorted.size(); ++i)
    CHECK(sorted[i] == i);
}

TEST_CASE("every position in a round is as likely for the baseline as for the others") {
  std::vector<int> first(5);
  for (int round = 0; round < 5000; ++round)
    ++first[round_order(5, 42, Phase::search, round)[0]];
  for (const int count : first)
    CHECK(std::abs(count - 1000) < 5 * 28.3);  // five standard deviations of a binomial
}
