// SPDX-License-Identifier: Apache-2.0
#include "tune/analysis.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <set>

#include "stats/interval.hpp"
#include "stats/summary.hpp"
#include "stats/tests.hpp"
#include "tune/attempts.hpp"
#include "tune/records.hpp"

namespace moderato {
namespace {

std::vector<double> baseline_scores(const Records& records, int round) {
  std::vector<double> scores;
  for (const int replicate : {0, 1})
    if (const Trial* trial = records.find({Phase::confirm, round, 0, replicate}))
      scores.push_back(std::log(trial->score));
  return scores;
}

/// What the rank test needs: in each round the pair, and whatever else was measured in it.
std::vector<RoundScores> rounds_for_test(const Records& records, std::span<const int> rounds,
                                         int candidate, std::span<const Candidate> finalists) {
  std::vector<RoundScores> result;
  for (const int round : rounds) {
    const Trial* own = records.find({Phase::confirm, round, candidate, 0});
    RoundScores scores{baseline_scores(records, round), {std::log(own->score)}, {}};
    for (const Candidate& other : finalists) {
      if (other.number == candidate) continue;
      if (const Trial* trial = records.find({Phase::confirm, round, other.number, 0}))
        scores.others.push_back(std::log(trial->score));
    }
    result.push_back(std::move(scores));
  }
  return result;
}

/// The tests rest on the first `rounds` rounds, a number that no score had a say in. A finalist
/// that was left behind before is not tested, nor is one that was dropped because it fails.
void test(Comparison& c, int number, std::span<const Candidate> finalists, const Records& records,
          const Confirmed& how) {
  if (c.fails()) return;
  const auto all = records.paired_rounds(Phase::confirm, number);
  const auto fixed = static_cast<std::size_t>(how.rounds);
  if (all.size() < fixed) return;
  c.tested_rounds = how.rounds;
  const auto rounds = std::span(all).first(fixed);
  const auto ratios = records.log_ratios(Phase::confirm, number);
  c.p_rank = aligned_rank_test(rounds_for_test(records, rounds, number, finalists), how.seed);
  c.p_t = paired_t_test(std::span(ratios).first(fixed)).p;
}

Comparison compare_one(const Candidate& finalist, std::span<const Candidate> finalists,
                       std::span<const Trial> trials, const Records& records,
                       const Confirmed& how) {
  const auto ratios = records.log_ratios(Phase::confirm, finalist.number);
  Comparison c;
  c.settings = finalist.settings;
  c.rounds = static_cast<int>(ratios.size());
  c.failed_rounds = failures(trials, Phase::confirm, finalist.number);
  c.summaries = typical_summaries(trials, finalist.number);
  if (ratios.empty()) return c;
  c.ratio_median = std::exp(median(ratios));
  if (const auto interval = median_interval(ratios)) {
    c.ratio_low = std::exp(interval->low);
    c.ratio_high = std::exp(interval->high);
    c.confidence = interval->confidence;
  }
  test(c, finalist.number, finalists, records, how);
  c.outlier_rate = outlier_rate(records.log_scores(Phase::confirm, finalist.number));
  c.constraints = constraint_findings(records, finalist.number, finalists, how.rounds, how.limits);
  return c;
}

bool confirms(const Trial& trial, int number) {
  return trial.key.phase == Phase::confirm && trial.key.candidate == number &&
         trial.state == TrialState::complete;
}

Summary median_of(const std::vector<Summary>& all) {
  const auto typical = [&](auto member) {
    std::vector<double> values;
    for (const Summary& s : all)
      values.push_back(static_cast<double>(s.*member));
    return median(values);
  };
  Summary result;
  result.n = static_cast<std::size_t>(typical(&Summary::n));
  for (auto member : {&Summary::min, &Summary::mean, &Summary::sd, &Summary::median, &Summary::p90,
                      &Summary::p95, &Summary::p99, &Summary::max})
    result.*member = typical(member);
  std::vector<double> tails;
  for (const Summary& s : all) {
    if (s.p999) tails.push_back(*s.p999);
  }
  if (tails.size() == all.size()) result.p999 = median(tails);
  return result;
}

/// Of the candidates in a round of the search the one that is in most rounds; of several the best.
struct Leader {
  int candidate = 0;
  std::size_t rounds = 0;
  double log_ratio = 0;  ///< to the baseline, the median of its rounds
};

/// By round.
std::map<int, Leader> leaders_of_rounds(const Records& records) {
  std::map<int, Leader> leaders;
  for (const int candidate : records.candidates(Phase::search)) {
    const auto rounds = records.paired_rounds(Phase::search, candidate);
    if (rounds.empty()) continue;
    const Leader own{candidate, rounds.size(),
                     median(records.log_ratios(Phase::search, candidate))};
    for (const int round : rounds) {
      Leader& leader = leaders[round];
      if (std::pair(own.rounds, -own.log_ratio) > std::pair(leader.rounds, -leader.log_ratio))
        leader = own;
    }
  }
  return leaders;
}

/// Log ratio to the baseline, the median of its rounds: `own`. Of one that was left behind in its
/// batch those rounds are not the others': if the baseline did worse in them, they flatter it. So
/// it is also held against the leader of the batch, by whose ratio and how far it was behind it in
/// their rounds; an outlier of the leader's would flatter it as well, so the worse of both counts.
/// Precondition: it has rounds.
double search_ratio(const Records& records, int candidate, double own,
                    const std::map<int, Leader>& leaders) {
  const auto rounds = records.paired_rounds(Phase::search, candidate);
  const Leader& leader = leaders.at(rounds.front());
  if (leader.rounds == rounds.size()) return own;
  std::vector<double> behind;
  for (const int round : rounds) {
    const Trial* trial = records.find({Phase::search, round, candidate, 0});
    const Trial* leading = records.find({Phase::search, round, leader.candidate, 0});
    if (leading != nullptr) behind.push_back(std::log(trial->score / leading->score));
  }
  return behind.empty() ? own : std::max(own, leader.log_ratio + median(behind));
}

}  // namespace

std::vector<double> calibration_ratios(std::span<const Trial> trials) {
  const Records records(trials);
  std::vector<double> ratios;
  for (const int round : records.paired_rounds(Phase::calibrate, 0)) {
    const Trial* second = records.find({Phase::calibrate, round, 0, 1});
    if (second == nullptr) continue;
    const Trial* first = records.find({Phase::calibrate, round, 0, 0});
    ratios.push_back(std::log(second->score / first->score));
  }
  return ratios;
}

Noise noise_from(std::span<const Trial> trials) {
  return noise_of(calibration_ratios(trials));
}

std::vector<Standing> standings(std::span<const Candidate> candidates,
                                std::span<const Trial> trials, const Limits& limits) {
  const Records records(trials);
  const auto violating = violations(records, limits);
  const auto leaders = leaders_of_rounds(records);
  std::vector<Standing> result;
  for (const Candidate& candidate : candidates) {
    Standing standing{.candidate = candidate};
    const auto ratios = records.log_ratios(Phase::search, candidate.number);
    standing.rounds = static_cast<int>(ratios.size());
    if (!ratios.empty())
      standing.ratio_median =
          std::exp(search_ratio(records, candidate.number, median(ratios), leaders));
    standing.outlier_rate = outlier_rate(records.log_scores(Phase::search, candidate.number));
    if (const auto found = violating.find(candidate.number); found != violating.end())
      standing.violates = found->second;
    for (const Trial& trial : trials) {
      if (trial.key.phase != Phase::search || trial.key.candidate != candidate.number) continue;
      standing.failed += trial.state == TrialState::failed;
      standing.voided += trial.state == TrialState::void_trial;
      if (trial.state != TrialState::complete) standing.reason = trial.reason;
    }
    result.push_back(std::move(standing));
  }
  return result;
}

std::vector<Candidate> choose_finalists(std::vector<Standing> standings, int count) {
  std::erase_if(standings, [](const Standing& s) {
    return !s.ratio_median || *s.ratio_median >= 1 || s.violates.has_value();
  });
  std::ranges::stable_sort(standings, {}, [](const Standing& s) { return *s.ratio_median; });
  std::vector<Candidate> finalists;
  for (const Standing& s : standings | std::views::take(count))
    finalists.push_back(s.candidate);
  return finalists;
}

std::vector<Comparison> compare(std::span<const Candidate> finalists, std::span<const Trial> trials,
                                const Confirmed& how) {
  const Records records(trials);
  std::vector<Comparison> comparisons;
  std::vector<double> p_values;
  for (const Candidate& finalist : finalists) {
    comparisons.push_back(compare_one(finalist, finalists, trials, records, how));
    p_values.push_back(comparisons.back().p_rank);
  }
  const auto corrected = holm(p_values);
  for (std::size_t i = 0; i < comparisons.size(); ++i)
    comparisons[i].p_holm = corrected[i];
  return comparisons;
}

std::optional<std::size_t> winner(std::span<const Comparison> comparisons, double alpha) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    const Comparison& c = comparisons[i];
    if (is_proven(c, alpha) && (!best || c.ratio_median < comparisons[*best].ratio_median))
      best = i;
  }
  return best;
}

std::map<std::string, Summary> typical_summaries(std::span<const Trial> trials, int number) {
  std::map<std::string, std::vector<Summary>> by_workload;
  for (const Trial& trial : trials) {
    if (!confirms(trial, number)) continue;
    for (const auto& outcome : trial.outcomes)
      by_workload[outcome.workload].push_back(outcome.summary);
  }
  std::map<std::string, Summary> result;
  for (const auto& [workload, all] : by_workload)
    result[workload] = median_of(all);
  return result;
}

WorkloadCounters typical_counters(std::span<const Trial> trials, int number) {
  std::map<std::string, std::map<std::string, std::vector<double>>> values;
  for (const Trial& trial : trials) {
    if (!confirms(trial, number)) continue;
    for (const auto& outcome : trial.outcomes) {
      for (const auto& [counter, value] : outcome.counters)
        values[outcome.workload][counter].push_back(value);
    }
  }
  WorkloadCounters result;
  for (const auto& [workload, counters] : values) {
    for (const auto& [counter, all] : counters)
      result[workload][counter] = median(all);
  }
  return result;
}

std::vector<TurnedValue> turned_values(std::span<const Trial> trials) {
  std::set<TurnedValue> turned;
  for (const Trial& trial : trials) {
    if (trial.key.candidate == 0) continue;  // each endpoint has a baseline of its own
    for (const auto& [where, effective] : trial.effective) {
      for (const auto& [knob, asked] : trial.settings) {
        const auto now = effective.find(knob);
        if (now != effective.end() && now->second != asked)
          turned.insert({where, knob, asked, now->second});
      }
    }
  }
  return {turned.begin(), turned.end()};
}

}  // namespace moderato
