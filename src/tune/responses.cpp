// SPDX-License-Identifier: Apache-2.0
#include "tune/responses.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <ranges>
#include <utility>

#include "tune/analysis.hpp"
#include "tune/measure.hpp"

namespace moderato {
namespace {

using LastTrials = std::map<TrialKey, const Trial*>;

/// The last record of a trial counts, if it is complete.
LastTrials complete_trials(std::span<const Trial> trials) {
  LastTrials last;
  for (const Trial& trial : trials)
    last[trial.key] = &trial;
  std::erase_if(last,
                [](const auto& entry) { return entry.second->state != TrialState::complete; });
  return last;
}

/// Numbers the settings of the other knobs, the same in all rounds and phases.
class Contexts {
 public:
  int number_of(const Settings& others) {
    return numbers_.try_emplace(others, static_cast<int>(numbers_.size())).first->second;
  }

 private:
  std::map<Settings, int> numbers_;
};

std::vector<Block> blocks_of(const std::string& knob, Phase phase, const LastTrials& trials,
                             Contexts& contexts) {
  std::map<std::pair<int, int>, Block> blocks;  // by round and context
  for (const auto& [key, trial] : trials) {
    const auto value = trial->settings.find(knob);
    if (key.phase != phase || value == trial->settings.end()) continue;
    Settings others = trial->settings;
    others.erase(knob);
    const int context = contexts.number_of(others);
    Block& block = blocks[{key.round, context}];
    block.context = context;
    block.trials.push_back({value->second, std::log(trial->score)});
  }
  std::vector<Block> result;
  for (auto& [where, block] : blocks)
    result.push_back(std::move(block));
  return result;
}

/// In the order in which they are run.
std::vector<std::string> workloads_of(std::span<const Trial> trials) {
  std::vector<std::string> names;
  for (const Trial& trial : trials)
    for (const WorkloadOutcome& outcome : trial.outcomes)
      if (std::ranges::find(names, outcome.workload) == names.end())
        names.push_back(outcome.workload);
  return names;
}

/// The figure of one workload in a trial; nothing if it has none.
std::optional<double> figure_of(const Trial& trial, const std::string& workload, Metric metric) {
  const auto outcome = std::ranges::find(trial.outcomes, workload, &WorkloadOutcome::workload);
  if (outcome == trial.outcomes.end()) return std::nullopt;
  const auto value = objective_value(metric, outcome->summary);
  return value ? std::optional(*value) : std::nullopt;
}

/// All trials, with the figure of one workload as the score; not complete where any is missing, so
/// that all workloads see the same trials.
std::vector<Trial> as_seen_by(const std::string& workload, std::span<const Trial> trials,
                              const std::vector<std::string>& all, Metric metric) {
  std::vector<Trial> seen;
  for (const Trial& trial : trials) {
    const bool whole = std::ranges::all_of(
        all, [&](const std::string& name) { return figure_of(trial, name, metric).has_value(); });
    Trial one{.key = trial.key, .settings = trial.settings, .state = trial.state};
    if (!whole) one.state = TrialState::failed;
    one.score = figure_of(trial, workload, metric).value_or(0);
    seen.push_back(std::move(one));
  }
  return seen;
}

bool changes(const std::string& knob, const Settings& baseline, const Settings& settings) {
  const auto before = baseline.find(knob), after = settings.find(knob);
  return before != baseline.end() && after != settings.end() && before->second != after->second;
}

}  // namespace

Repeatability repeatability_from(std::span<const Trial> trials) {
  const LastTrials usable = complete_trials(trials);
  std::map<Phase, std::map<int, NumberedScores>> rounds;
  for (const auto& [key, trial] : usable)
    if (key.phase != Phase::calibrate && key.replicate == 0)
      rounds[key.phase][key.round][key.candidate] = std::log(trial->score);
  std::vector<std::vector<NumberedScores>> series;
  for (const auto& [phase, some] : rounds) {
    const auto scores = std::views::values(some);
    series.emplace_back(scores.begin(), scores.end());
  }
  return repeatability_of(calibration_ratios(trials), series);
}

std::vector<KnobTrials> knob_trials(const Space& space, const std::optional<Settings>& baseline,
                                    std::span<const Trial> trials) {
  LastTrials usable = complete_trials(trials);
  if (!baseline)
    std::erase_if(usable, [](const auto& entry) { return entry.first.candidate == 0; });
  std::vector<KnobTrials> result;
  for (const Parameter& parameter : space.parameters) {
    Contexts contexts;
    KnobTrials knob{.knob = parameter.knob};
    knob.search = blocks_of(parameter.knob, Phase::probe, usable, contexts);
    const auto searched = blocks_of(parameter.knob, Phase::search, usable, contexts);
    knob.search.insert(knob.search.end(), searched.begin(), searched.end());
    knob.confirm = blocks_of(parameter.knob, Phase::confirm, usable, contexts);
    if (baseline && baseline->contains(parameter.knob))
      knob.baseline = baseline->at(parameter.knob);
    result.push_back(std::move(knob));
  }
  return result;
}

std::vector<WorkloadTrials> workload_trials(const Policy& policy,
                                            const std::optional<Settings>& baseline,
                                            std::span<const Trial> trials,
                                            const std::vector<OutOfReach>& out_of_reach) {
  std::vector<WorkloadTrials> result;
  const std::vector<std::string> all = workloads_of(trials);
  for (const std::string& workload : all) {
    const auto seen = as_seen_by(workload, trials, all, policy.objective);
    auto knobs = knob_trials(policy.space, baseline, seen);
    for (const OutOfReach& out : out_of_reach)
      if (out.workload == workload)
        std::erase_if(knobs, [&](const KnobTrials& knob) { return knob.knob == out.knob; });
    result.push_back({workload, repeatability_from(seen), std::move(knobs)});
  }
  return result;
}

Responses responses_from(const Policy& policy, const StudyHeader& header,
                         std::span<const Trial> trials) {
  const auto baseline = common_baseline(header);
  Responses responses{.knobs = responses_of(knob_trials(policy.space, baseline, trials),
                                            repeatability_from(trials), policy.alpha, header.seed)};
  if (policy.workloads.size() < 2) return responses;
  responses.workloads = workload_responses(
      workload_trials(policy, baseline, trials, header.out_of_reach), policy.alpha, header.seed);
  for (const OutOfReach& out : header.out_of_reach)
    responses.workloads.push_back({out.workload, out.reason, 0, {.knob = out.knob}, 1});
  const auto order = workloads_of(trials);
  std::ranges::stable_sort(responses.workloads, {}, [&](const WorkloadResponse& one) {
    return std::pair(std::ranges::find(responses.knobs, one.response.knob, &KnobResponse::knob),
                     std::ranges::find(order, one.workload));
  });
  return responses;
}

std::vector<KnobResponse> inert_in(const Responses& responses, double alpha) {
  std::vector<KnobResponse> inert = responses.knobs;
  std::erase_if(inert, [&](const KnobResponse& knob) {
    return knob.finding != Finding::inert ||
           std::ranges::any_of(responses.workloads, [&](const WorkloadResponse& one) {
             return one.response.knob == knob.knob && one.p_shared <= alpha;
           });
  });
  return inert;
}

void doubt_inertness(std::vector<KnobResponse>& knobs, const Settings& baseline,
                     const Settings& proven) {
  for (KnobResponse& knob : knobs)
    if (knob.finding == Finding::inert && changes(knob.knob, baseline, proven))
      knob.finding = Finding::unclear;
}

void credit_winner(std::vector<KnobResponse>& knobs, const Settings& baseline,
                   const Settings& winner) {
  const auto changed = [&](const KnobResponse& knob) {
    return changes(knob.knob, baseline, winner);
  };
  if (std::ranges::count_if(knobs, changed) == 1)
    std::ranges::find_if(knobs, changed)->finding = Finding::moves;
}

}  // namespace moderato
