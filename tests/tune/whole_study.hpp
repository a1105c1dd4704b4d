// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "silence.hpp"
#include "space/space.hpp"
#include "stats/contaminated.hpp"
#include "tune/analysis.hpp"
#include "tune/phases.hpp"
#include "tune/study.hpp"

namespace moderato {

/// True log score of settings, beside the noise.
using Truth = std::function<double(const Settings&)>;

/// A link whose truth is known, and how repeated runs differ on it.
struct KnownLink {
  Space space;
  Settings baseline;
  Truth truth;
  Contamination noise = {};
  double drift = 0.1;     ///< spread of the machine's speed from round to round
  Truth throughput = {};  ///< true log throughput; none: the workload does not tell

  double true_log_ratio(const Settings& settings) const {
    return truth(settings) - truth(baseline);
  }
};

/// What a study came to, and what is true of it.
struct Conclusion {
  std::size_t trials = 0;
  bool claimed = false;
  Settings chosen;             ///< the baseline's where nothing was claimed
  double true_log_ratio = 0;   ///< of the chosen ones to the baseline; 0 for the baseline
  bool interval_holds = true;  ///< the stated interval of the improvement holds the true ratio
};

/// Trials as the link would give them.
class SimulatedTrials {
 public:
  SimulatedTrials(const KnownLink& link, std::uint64_t seed)
      : link_(link), noise_(seed, link.noise) {}

  Result<Trial> operator()(const Candidate& candidate, const TrialKey& key) {
    const auto [speed, fresh] = speed_.try_emplace({key.phase, key.round}, 0.0);
    if (fresh) speed->second = link_.drift * noise_.normal();
    const double log_score = link_.truth(candidate.settings) + speed->second + noise_.log_score();
    Trial trial{.key = key, .settings = candidate.settings, .score = std::exp(log_score)};
    trial.outcomes = {{"simulated", "us", Summary{.n = 4000, .p99 = trial.score}, {}}};
    if (link_.throughput)  // an outlier takes longer, too
      trial.figures["throughput"] =
          std::exp(link_.throughput(candidate.settings) - speed->second - noise_.log_score());
    return trial;
  }

 private:
  const KnownLink& link_;
  ContaminatedNoise noise_;
  std::map<std::pair<Phase, int>, double> speed_;
};

/// The policy of a study of that link; the plan is the default one.
inline Policy policy_for(const KnownLink& link, const std::string& searcher = "grid") {
  Policy policy;
  policy.name = "simulated";
  policy.space = link.space;
  policy.search.searcher = searcher;
  return policy;
}

/// The conclusion of recorded trials, as findings_of() draws it.
inline Conclusion conclusion_of(const KnownLink& link, const Policy& policy,
                                const std::vector<Candidate>& candidates,
                                const std::vector<Trial>& trials, std::uint64_t seed) {
  const Limits limits = limits_of(policy, seed);
  const auto finalists =
      choose_finalists(standings(candidates, trials, limits), policy.plan.finalists);
  const auto comparisons = compare(finalists, trials, {policy.plan.confirm_rounds, seed, limits});
  Conclusion conclusion{.trials = trials.size(), .chosen = link.baseline};
  const auto best = winner(comparisons, policy.alpha);
  if (!best) return conclusion;
  const Comparison& won = comparisons[*best];
  const double truth = std::exp(link.true_log_ratio(won.settings));
  conclusion.claimed = true;
  conclusion.chosen = won.settings;
  conclusion.true_log_ratio = link.true_log_ratio(won.settings);
  conclusion.interval_holds = won.ratio_low <= truth && truth <= won.ratio_high;
  return conclusion;
}

/// A whole study by the code that runs real ones; only the trials are made up.
inline Conclusion whole_study(const KnownLink& link, const Policy& policy, std::uint64_t seed) {
  auto study =
      Study::in_memory({.name = "simulated", .seed = seed, .endpoints = {{{}, {}, link.baseline}}});
  const auto candidates = enumerate(policy.space, link.baseline);
  SimulatedTrials trials(link, seed);
  Silence silence;
  const auto ran = run_phases(policy, candidates, study, std::ref(trials), silence);
  if (!ran) throw std::runtime_error(ran.error().message);
  return conclusion_of(link, policy, candidates, study.trials(), seed);
}

}  // namespace moderato
