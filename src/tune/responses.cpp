// SPDX-License-Identifier: Apache-2.0
#include "tune/responses.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "tune/analysis.hpp"

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

bool changes(const std::string& knob, const Settings& baseline, const Settings& settings) {
  const auto before = baseline.find(knob), after = settings.find(knob);
  return before != baseline.end() && after != settings.end() && before->second != after->second;
}

}  // namespace

Repeatability repeatability_from(std::span<const Trial> trials) {
  const LastTrials usable = complete_trials(trials);
  std::map<std::pair<Phase, int>, std::vector<double>> ratios;  // by phase and candidate
  for (const auto& [key, trial] : usable) {
    const auto baseline = usable.find({key.phase, key.round, 0, 0});
    if (key.phase == Phase::calibrate || key.candidate == 0 || baseline == usable.end()) continue;
    ratios[{key.phase, key.candidate}].push_back(std::log(trial->score / baseline->second->score));
  }
  std::vector<std::vector<double>> repeated;
  for (auto& [candidate, some] : ratios)
    repeated.push_back(std::move(some));
  return repeatability_of(calibration_ratios(trials), repeated);
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
