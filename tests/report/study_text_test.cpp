// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <limits>
#include <sstream>
#include <string>

#include "report/study.hpp"
#include "report/study_tables.hpp"
#include "report/table.hpp"
#include "study_sample.hpp"

namespace moderato {
namespace {

/// The line of `text` that holds all of `parts`, in this order; "" if there is none.
std::string line_with(const std::string& text, const std::vector<std::string>& parts) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::size_t at = 0;
    for (const std::string& part : parts) {
      at = line.find(part, at);
      if (at == std::string::npos) break;
      at += part.size();
    }
    if (at != std::string::npos) return line;
  }
  return "";
}

/// Line breaks and indents undone.
std::string flowing(const std::string& text) {
  std::istringstream words(text);
  std::string result;
  for (std::string word; words >> word;)
    result += word + " ";
  return result;
}

bool holds(const std::string& text, const std::string& part) {
  return flowing(text).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the text tells what was studied, on what, and how it went") {
  const std::string text = study_text(sample_report());
  CHECK(text.starts_with("Study napi-window\n"));
  CHECK(holds(text, "Policy loopback, class network"));
  CHECK(holds(text, "Objective p99 in us, smaller is better"));
  CHECK(holds(text, "Link loopback: node7 va (veth, virtual) <-> node7 vb (veth, virtual)"));
  CHECK(holds(text, "Baseline gro-flush-timeout=100000 napi-defer-hard-irqs=1"));
  CHECK(holds(text, "Started 2025-03-01T12:00:00Z, took 2 h 13 min"));
  CHECK(holds(text, "Trials 212 complete, 3 failed, 1 void"));
  CHECK(holds(text, "Noise floor 2.8 %, spread 1.2 %, outliers 20.0 % (5 pairs)"));
  CHECK(holds(text, "Profile profiles/loopback-network.json"));
  CHECK(holds(text, "- A closed-loop ping-pong cannot see queueing (coordinated omission)."));
}

TEST_CASE("a finalist's line has every figure of its comparison") {
  const std::string text = study_text(sample_report());
  CHECK(line_with(text, {"0.651", "-34.9 %", "[0.638, 0.667]", "96.5 %", "<0.0001", "<0.0001",
                         "0.210", "6.7 %", "15", "chosen", "gro-flush-timeout=0"}) != "");
  CHECK(line_with(text, {"0.740", "-26.0 %", "0.0123", "significantly better"}) != "");
  CHECK(line_with(text, {"1.031", "+3.1 %", "0.430", "not significant"}) != "");
}

TEST_CASE("a finalist that fell behind has no p-values, and is said to have fallen behind") {
  StudyReport report = sample_report();
  Comparison& last = report.comparisons.back();
  last.rounds = 5;
  last.tested_rounds = 0;
  last.p_rank = last.p_holm = last.p_t = 1;
  CHECK(line_with(study_text(report), {"1.031", "+3.1 %", "-", "-", "-", "5", "fell behind"}) !=
        "");
}

TEST_CASE("failed rounds are told beside those that worked, and in the verdict") {
  StudyReport report = sample_report();
  report.comparisons.front().failed_rounds = 1;
  Comparison& last = report.comparisons.back();
  last.rounds = 5;
  last.tested_rounds = 0;
  last.failed_rounds = 2;
  const std::string text = study_text(report);
  CHECK(line_with(text, {"0.651", "15 (1 failed)", "chosen"}) != "");
  CHECK(line_with(text, {"1.031", "5 (2 failed)", "failing"}) != "");
  CHECK(holds(text, "Look before trusting it: 1 round with gro-flush-timeout=0"));
}

TEST_CASE("where the best finalist is failing, the verdict says that it was not tested") {
  StudyReport report = sample_report();
  report.outcome = Outcome::baseline_is_best;
  Comparison& best = report.comparisons.front();
  best.rounds = 7;
  best.tested_rounds = 0;
  best.failed_rounds = 2;
  best.p_rank = best.p_holm = best.p_t = 1;
  CHECK(holds(study_text(report), "Failing: the baseline stays"));
  CHECK(holds(study_text(report), "after 7 rounds and 2 that failed, and so was not tested."));
}

TEST_CASE("of a finalist without a round no figure is told") {
  StudyReport report = sample_report();
  report.outcome = Outcome::baseline_is_best;
  report.comparisons = {{.settings = report.comparisons.front().settings, .failed_rounds = 2}};
  const std::string text = study_text(report);
  CHECK(line_with(text, {" -  ", " -  ", " -  ", " -  ", " -  ", " -  ", " -  ", " -  ",
                         "0 (2 failed)", "failing"}) != "");
  CHECK(holds(text, "Failing: the baseline stays, "));
  CHECK(holds(text,
              "Even the best finalist, gro-flush-timeout=0 napi-defer-hard-irqs=0, has no round "
              "with a result, 2 failed, and was not tested."));
  CHECK_FALSE(holds(text, "changes p99 by"));
  report.comparisons.front().failed_rounds = 0;
  CHECK(holds(study_text(report), "Not tested: the baseline stays, "));
}

TEST_CASE("a small improvement that is proven is not rounded away") {
  StudyReport report = sample_report();
  Comparison& best = report.comparisons.front();
  best.ratio_median = 0.9996;
  best.ratio_low = 0.9993;
  best.ratio_high = 0.9998;
  const std::string text = study_text(report);
  CHECK(holds(text, "lowers p99 by 0.040 % (96.5 % interval 0.020 % to 0.070 %)."));
  CHECK(line_with(text, {"0.99960", "-0.040 %", "[0.99930, 0.99980]", "chosen"}) != "");
}

TEST_CASE("what is not significant has no p-value that looks like alpha") {
  StudyReport report = unimproved_report();
  report.comparisons.front().p_holm = 0.05003;
  const std::string text = study_text(report);
  CHECK(holds(text, "p = 0.05003 after Holm's correction"));
  CHECK(line_with(text, {"0.988", "0.05003", "not significant"}) != "");
}

TEST_CASE("a verdict tells of how many of its rounds the p-value is") {
  StudyReport report = sample_report();
  report.comparisons.front().rounds = 18;
  CHECK(holds(study_text(report), "alpha 0.05, 15 of 18 rounds."));
}

TEST_CASE("the figures of each workload stand beside the baseline's") {
  const std::string text = study_text(sample_report());
  CHECK(holds(text, "udp-pingpong, us min mean median p90 p95 p99 p99.9 max settings"));
  CHECK(line_with(text, {"21.25", "43.50", "42.12", "55.00", "61.00", "88.00", "301.0", "1234",
                         "baseline: gro-flush-timeout=100000"}) != "");
}

TEST_CASE("p99.9 of too few samples is a dash, not a zero") {
  StudyReport report = sample_report();
  report.baseline_summaries["udp-pingpong"].p999.reset();
  CHECK(line_with(study_text(report), {"88.00", " - ", "1234", "baseline:"}) != "");
}

TEST_CASE("the search table shows the best candidates and says how many more there are") {
  const std::string text = study_text(sample_report());
  CHECK(line_with(text, {"#1", "0.620", "-38.0 %", "finalist"}) != "");
  CHECK(holds(text, "... and 20 more candidates"));
  CHECK(line_with(text, {"#40"}) == "");
  const std::string all = study_text(sample_report(), {.search_rows = 0});
  CHECK(line_with(all, {"#40", "-", "failed: EINVAL: value out of range"}) != "");
  CHECK_FALSE(holds(all, "more candidates"));
}

TEST_CASE("the reasons of trials that are not complete are grouped") {
  const std::string text = study_text(sample_report());
  CHECK(line_with(text, {"3", "failed", "EINVAL: value out of range"}) != "");
  CHECK(line_with(text, {"1", "void", "somebody else wrote rx-usecs"}) != "");
}

TEST_CASE("every column that needs one has an explanation in the legend") {
  const std::string text = study_text(sample_report());
  const std::string legend = text.substr(text.find("\nLegend\n"));
  for (const char* term : {"knobs ", "effect ", "at most ", "p knob ", "p shared ", "p corr. ",
                           "out of reach ", "repeats ", "ratio ", "change ", "interval ", "conf. ",
                           "p Holm ", "p rank ", "p t ", "outliers ", "rounds ", "noise floor "}) {
    CAPTURE(term);
    CHECK(legend.find(std::string("\n  ") + term) != std::string::npos);
  }
  CHECK(holds(legend, "significant at or below alpha = 0.05"));
}

TEST_CASE("an improvement is told with its interval and its test") {
  const std::string text = study_text(sample_report());
  CHECK(holds(text,
              "Improved: gro-flush-timeout=0 napi-defer-hard-irqs=0 lowers p99 by 34.9 % (96.5 % "
              "interval 33.3 % to 36.2 %)."));
  CHECK(holds(text,
              "Significant: p < 0.0001 after Holm's correction of 3 comparisons, alpha 0.05, 15 "
              "rounds."));
}

TEST_CASE("a baseline that nothing beats is a result") {
  const std::string text = study_text(unimproved_report());
  CHECK(holds(text,
              "Not significant: the baseline stays, gro-flush-timeout=100000 "
              "napi-defer-hard-irqs=1."));
  CHECK(holds(text,
              "changes p99 by -1.2 % (96.5 % interval -5.0 % to +2.0 %), p = 0.430 after Holm's "
              "correction of 1 comparison, alpha 0.05, 15 rounds."));
}

TEST_CASE("each knob has a line with its finding and what that rests on") {
  const std::string text = study_text(sample_report());
  CHECK(line_with(text, {"gro-flush-timeout", "moves", "-25.0 %", "3.9 %", "0.0004", "0.0002", "4",
                         "20000 against 100000"}) != "");
  CHECK(line_with(text, {"napi-defer-hard-irqs", "inert", "+0.8 %", "3.9 %", "0.610"}) != "");
  CHECK(holds(text, "Repeats two trials of the same settings differ by up to 2.8 % (27 diff"));
}

TEST_CASE("of each knob and workload there is a line that says whether one reaches the other") {
  const std::string text = study_text(sample_report());
  CHECK(line_with(text, {"gro-flush-timeout", "udp-pingpong", "moves", "-25.0 %", "3.9 %", "2.1 %",
                         "0.0004", "0.0002", "0.0002", "4", "20000 against 100000"}) != "");
  CHECK(line_with(text, {"gro-flush-timeout", "tcp-pingpong", "inert", "+0.4 %", "0.830"}) != "");
  CHECK(line_with(text, {"gro-flush-timeout", "osu-latency", "out of reach", "-",
                         "it has no parameter of this name"}) != "");
  StudyReport one = sample_report();
  one.knob_workloads.clear();
  CHECK_FALSE(holds(study_text(one), "Knobs: which workloads follow them"));
}

TEST_CASE("a knob that the score does not follow, but workloads do, is not called inert") {
  StudyReport report = unimproved_report();
  report.knobs = {sample_knob("rx-usecs", Finding::inert, 0.004, 0.7)};
  report.knob_workloads = {
      sample_reach("udp-pingpong", sample_knob("rx-usecs", Finding::moves, 0.3, 0.001)),
      sample_reach("tcp-pingpong", sample_knob("rx-usecs", Finding::moves, -0.23, 0.001)),
      sample_reach("mpi-latency", sample_knob("rx-usecs", Finding::inert, 0.004, 0.8))};
  const std::string text = study_text(report);
  CHECK(holds(text,
              "rx-usecs moves single workloads, but not for sure their common score: p99 of "
              "udp-pingpong by +30.0 % from 100000 to 20000, of tcp-pingpong by -23.0 % from "
              "100000 to 20000."));
  CHECK_FALSE(holds(text, "looks inert"));
}

TEST_CASE("a knob of which nothing is known shows no figures") {
  StudyReport report = sample_report();
  report.knobs = {{.knob = "rx-usecs", .bound = std::numeric_limits<double>::infinity()}};
  CHECK(line_with(study_text(report), {"rx-usecs", "unclear", "-", "?", "1", "1", "0", "-"}) != "");
}

TEST_CASE("a study that finds nothing with an inert knob says so, and what to look at") {
  StudyReport report = unimproved_report();
  report.knobs = {sample_knob("rx-usecs", Finding::inert, 0.008, 0.61)};
  const std::string text = study_text(report);
  CHECK(
      holds(text,
            "rx-usecs looks inert on this link: no value moved p99 by more than the 2.8 % that two "
            "trials of the same settings differ by. Is this NIC in the workload's path, and does "
            "its driver moderate at all?"));
  report.comparisons.clear();  // nor was there a finalist
  CHECK(holds(study_text(report), "rx-usecs looks inert on this link"));
}

TEST_CASE("one knob that moves shows that the NIC is in the workload's path") {
  const std::string text = study_text(unimproved_report());
  CHECK(holds(text, "gro-flush-timeout does move p99: -25.0 % from 100000 to 20000."));
  CHECK(holds(text, "napi-defer-hard-irqs looks inert on this link"));
  CHECK(holds(text, "Does its driver act on that at all?"));
  CHECK_FALSE(holds(text, "Is this NIC in the workload's path"));
}

TEST_CASE("too few rounds are no inertness") {
  StudyReport report = unimproved_report();
  report.knobs = {sample_knob("rx-usecs", Finding::unclear, 0.03, 0.61),
                  sample_knob("rx-frames", Finding::unclear, 0.02, 0.4)};
  const std::string text = study_text(report);
  CHECK(
      holds(text, "Whether rx-usecs, rx-frames does anything is unclear: too few rounds to tell"));
  CHECK_FALSE(holds(text, "looks inert"));
}

TEST_CASE("of a study that found an improvement the verdict does not dwell on knobs") {
  CHECK_FALSE(holds(study_text(sample_report()), "looks inert"));
}

TEST_CASE("finalists that are worse are not called not significant") {
  StudyReport report = unimproved_report();
  report.comparisons[0].ratio_median = 1.2;
  report.comparisons[0].p_holm = 0.001;
  CHECK(holds(study_text(report), "Significantly worse: the baseline stays"));
  CHECK_FALSE(holds(study_text(report), "Not significant"));
}

TEST_CASE("a search without finalists leaves the baseline") {
  StudyReport report = unimproved_report();
  report.comparisons.clear();
  CHECK(holds(study_text(report), "The search found no candidate worth confirming"));
}

TEST_CASE("what a driver made of the winner has the winner's evidence") {
  StudyReport report = sample_report();
  const std::string figures = "lowers p99 by 34.9 %";
  CHECK(holds(study_text(report), figures));
  CHECK_FALSE(holds(study_text(report), "Measured was"));
  report.asked = report.chosen;
  report.chosen["gro-flush-timeout"] = 4000;
  const std::string text = study_text(report);
  CHECK(holds(text, figures));
  CHECK(holds(text, "Improved: gro-flush-timeout=4000"));
  CHECK(holds(
      text, "Measured was gro-flush-timeout=0 napi-defer-hard-irqs=0, which reads back as that."));
  CHECK(line_with(text, {"0.651", "chosen", "gro-flush-timeout=0"}) != "");
}

TEST_CASE("frequent outliers of the chosen settings are warned of") {
  StudyReport report = sample_report();
  CHECK_FALSE(holds(study_text(report), "Look before trusting"));
  report.comparisons[0].outlier_rate = 0.2;
  CHECK(holds(study_text(report), "20.0 % of the rounds"));
}

TEST_CASE("a study that is not finished claims nothing and says how to go on") {
  StudyReport report = sample_report();
  report.outcome.reset();
  report.interrupted = true;
  report.resume_with = "moderato tune --resume studies/napi-window";
  const std::string text = study_text(report);
  CHECK(holds(text, "took 2 h 13 min, not finished"));
  CHECK(
      holds(text,
            "No verdict: the study is not finished. Nothing is claimed of what was measured so "
            "far. Unless it still runs, `moderato tune --resume studies/napi-window` goes on with "
            "it."));
  CHECK_FALSE(holds(text, "Significant:"));
}

TEST_CASE("a study that cannot be finished says why, and not how to go on") {
  StudyReport report = sample_report();
  report.outcome.reset();
  report.interrupted = true;
  report.resume_with = "moderato tune --resume studies/napi-window";
  report.interruption = "the workload is not installed";
  const std::string text = study_text(report);
  CHECK(holds(text, "No verdict: the workload is not installed. Nothing is claimed"));
  CHECK(holds(text, "start a new study: this one cannot be finished."));
  CHECK_FALSE(holds(text, "--resume"));
}

TEST_CASE("what is not known leaves no stray commas behind") {
  StudyReport report;
  report.interrupted = true;
  CHECK(holds(study_text(report), "Started not finished Trials"));
}

TEST_CASE("a study that has measured nothing yet has a report") {
  const std::string text = study_text({});
  CHECK(holds(text, "0 complete, 0 failed, 0 void"));
  CHECK(holds(text, "Noise not calibrated"));
  CHECK(holds(text, "No verdict yet"));
  CHECK_FALSE(holds(text, "Confirmation:"));
}

TEST_CASE("too few rounds give a dash for an interval, in words too") {
  StudyReport report = sample_report();
  report.comparisons[0].confidence = 0;
  const std::string text = study_text(report);
  CHECK(holds(text, "(too few rounds for an interval)"));
  CHECK(line_with(text, {"0.651", "-34.9 %", " - ", " - ", "chosen"}) != "");
}

TEST_CASE("colour adds escapes and changes nothing else") {
  const std::string plain = study_text(sample_report());
  std::string coloured = study_text(sample_report(), {.colour = true});
  CHECK(plain.find('\x1b') == std::string::npos);
  CHECK(coloured.find("\x1b[32m") != std::string::npos);
  for (std::size_t at; (at = coloured.find('\x1b')) != std::string::npos;)
    coloured.erase(at, coloured.find('m', at) - at + 1);
  CHECK(coloured == plain);
}

TEST_CASE("columns align by characters, not bytes") {
  const Table table{"", {{"name", Align::left}, {"n"}}, {{{"Gerät", "1"}}, {{"nic", "22"}}}};
  CHECK(table_text(table, false) == "  name    n\n  Gerät   1\n  nic    22\n");
}

TEST_CASE("trials are counted by state, and their reasons by frequency") {
  std::vector<Trial> trials(5);
  trials[1].state = TrialState::failed;
  trials[1].reason = "a";
  trials[2].state = trials[3].state = TrialState::failed;
  trials[2].reason = trials[3].reason = "b";
  trials[4].state = TrialState::void_trial;
  trials[4].reason = "b";
  const TrialCounts counts = count_trials(trials);
  CHECK(counts.complete == 1);
  CHECK(counts.failed == 3);
  CHECK(counts.void_trials == 1);
  REQUIRE(counts.reasons.size() == 3);
  CHECK(counts.reasons[0].reason == "b");
  CHECK(counts.reasons[0].count == 2);
}

TEST_CASE("counters are shown where one of them counted, with every finalist") {
  StudyReport report = sample_report();
  CHECK(study_text(report).find("tcp-stream, counters") == std::string::npos);
  report.baseline_counters["tcp-stream"] = {{"bytes_per_s", 2.5e9}, {"sender_cpu_s", 0.25}};
  report.baseline_counters["udp-pingpong"] = {{"lost", 0}};
  report.comparison_counters.resize(3);
  report.comparison_counters[1]["tcp-stream"] = {{"bytes_per_s", 3.5e9}};
  const std::string text = study_text(report);
  CHECK(text.find("tcp-stream, counters") != std::string::npos);
  CHECK(text.find("udp-pingpong, counters") == std::string::npos);
  CHECK(text.find("2.500 G") != std::string::npos);
  CHECK(text.find("3.500 G") != std::string::npos);
  report.comparison_counters[0]["udp-pingpong"] = {{"lost", 3}};
  CHECK(study_text(report).find("udp-pingpong, counters") != std::string::npos);
}

TEST_CASE("of many counters each has a row of its own, with the baseline and every finalist") {
  StudyReport report = sample_report();
  std::map<std::string, double> many;
  for (int i = 0; i < 30; ++i)
    many[fmt::format("halo_{:02}_s", i)] = i;
  report.baseline_counters["tcp-stream"] = many;
  report.comparison_counters.resize(3);
  report.comparison_counters[1]["tcp-stream"] = {{"halo_07_s", 71.5}};
  const std::string text = study_text(report);
  const auto row = text.find("\n  halo_07_s ");
  REQUIRE(row != std::string::npos);
  const std::string line = text.substr(row + 1, text.find('\n', row + 1) - row - 1);
  CHECK(line.find("7.000") != std::string::npos);
  CHECK(line.find("71.50") != std::string::npos);
  const auto other = text.find("\n  halo_08_s ");
  REQUIRE(other != std::string::npos);
  CHECK(text.substr(other, text.find('\n', other + 1) - other).ends_with("-"));
}

TEST_CASE("who violates a constraint is said to, with the figure and its interval") {
  const std::string text = study_text(constrained_report());
  CHECK(holds(text, "Constraints throughput >= 0.98"));
  CHECK(line_with(text, {"0.500", "violates throughput >= 0.98: 0.910 [0.900, 0.930]"}) != "");
  CHECK(line_with(text, {"throughput >= 0.98", "0.910", "0.0312", "violated"}) != "");
  CHECK(line_with(text, {"throughput >= 0.98", "0.995", "not violated"}) != "");
  CHECK(holds(text, "Out, although it changes p99 by -50.0 %"));
  CHECK(holds(text, "No constraint is violated: throughput >= 0.98: 0.995 [0.985, 1.004]."));
}

TEST_CASE("who violates a constraint is not shown as good, however much better it is") {
  StudyReport report = constrained_report();
  report.comparisons[2].p_holm = 0.0001;
  const Table table = confirmation_table(report);
  REQUIRE(table.rows.size() == 3);
  CHECK(table.rows[1].tone == Tone::good);
  CHECK(table.rows[2].tone == Tone::plain);
}

TEST_CASE("the text tells trade-offs, what matters, what was expected and what was cut") {
  const std::string text = study_text(constrained_report());
  CHECK(line_with(text, {"0.500", "0.910", "20", "gro-flush-timeout=50000"}) != "");
  CHECK(line_with(text, {"1.000", "1.000", "-", "baseline: gro-flush-timeout=100000"}) != "");
  CHECK(line_with(text, {"gro-flush-timeout", "80.0 %", "75.0 %"}) != "");
  CHECK(line_with(text, {"napi-defer-hard-irqs", "-", "10.0 %"}) != "");
  CHECK(holds(text,
              "The model of the search had expected -33.0 % of it (95 %: -35.6 % to -30.3 %)."));
  CHECK(holds(text,
              "Warm-up cut from 4 of 212 runs of workloads, at most 8.3 % of the samples; 1 "
              "did not settle"));
  const std::string without = study_text(sample_report());
  CHECK_FALSE(holds(without, "Trade-offs:"));
  CHECK_FALSE(holds(without, "Constraints: finalists"));
}

TEST_CASE("where all that is better violates a constraint, that is why the baseline stays") {
  StudyReport report = constrained_report();
  report.comparisons = {report.comparisons[2]};
  report.outcome = Outcome::baseline_is_best;
  report.chosen = report.baseline;
  CHECK(holds(study_text(report), "A constraint is violated: the baseline stays"));
  report.comparisons.clear();
  report.search[0].violates = true;
  CHECK(
      holds(study_text(report), "1 candidate was better in the search, but violated a constraint"));
}

TEST_CASE("warm-ups are counted over the runs of complete trials") {
  Trial cut, whole, failed;
  cut.outcomes = {{"a", "us", {.n = 900}, {}, 100}, {"b", "us", {.n = 1000}, {}}};
  whole.outcomes = {{"a", "us", {.n = 1000}, {}, 0, false}};
  failed.state = TrialState::failed;
  failed.outcomes = cut.outcomes;
  const WarmUpCounts counts = count_warm_ups(std::vector{cut, whole, failed});
  CHECK(counts.runs == 3);
  CHECK(counts.cut == 1);
  CHECK(counts.unsettled == 1);
  CHECK(counts.largest == doctest::Approx(0.1));
}

TEST_CASE("a study that compared no candidate has no verdict, and says why") {
  StudyReport report = sample_report();
  report.outcome.reset();
  report.comparisons.clear();
  report.nothing_compared = "the search ended before any was measured";
  const Verdict verdict = verdict_of(report);
  CHECK(verdict.tone == Tone::bad);
  REQUIRE(verdict.sentences.size() == 2);
  CHECK(verdict.sentences.front() ==
        "No verdict: no candidate could be compared with the baseline: the search ended before any "
        "was measured.");
}

TEST_CASE("where nothing was left to search, no search is said to have found nothing") {
  StudyReport report = unimproved_report();
  report.comparisons.clear();
  CHECK(verdict_of(report).sentences.at(1).starts_with("The search found no candidate"));
  report.search.clear();
  CHECK(verdict_of(report).sentences.at(1) ==
        "There was no candidate to search: none does anything else.");
}

}  // namespace moderato
