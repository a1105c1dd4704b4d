// SPDX-License-Identifier: Apache-2.0
#include "tune/searching.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "search/anchors.hpp"
#include "search/searcher.hpp"
#include "tune/analysis.hpp"
#include "tune/findings.hpp"
#include "tune/limits.hpp"
#include "tune/records.hpp"

namespace moderato {
namespace {

/// `trials`: up to the end of the batch, so that a resumed study tells the same.
void tell_all(Searcher& searcher, const std::vector<Candidate>& asked,
              std::span<const Trial> trials, const Limits& limits) {
  for (const Standing& standing : standings(asked, trials, limits))
    searcher.tell(standing.candidate, {told_ratio(standing), standing.rounds});
}

/// What the search knows beforehand. A gain is worth a trial if the confirmation could tell it from
/// none: the standard error of a median over its rounds.
SearchTask search_task(const Policy& policy, const std::vector<Candidate>& candidates,
                       const Study& study) {
  constexpr double least_spread = 0.002;  // a calibration of a few rounds may be too lucky
  const double spread = std::max(noise_from(study.trials()).spread, least_spread) * std::sqrt(2.0);
  std::vector<Settings> anchors = policy.search.anchors;
  std::ranges::copy(documented_settings(policy.space), std::back_inserter(anchors));
  return {.space = policy.space,
          .baseline = baseline_settings(study.header()),
          .candidates = candidates,
          .anchors = std::move(anchors),
          .earlier = study.header().earlier,
          .seed = study.header().seed,
          .spread = spread,
          .worthwhile = 1.25 * spread / std::sqrt(policy.plan.confirm_rounds)};
}

/// Why no more candidates are to be asked for, if so. `trials`: up to the end of the batch.
std::optional<std::string> spent(const Policy& policy, std::span<const Trial> trials, int asked) {
  if (policy.max_minutes > 0 && seconds_spent(trials) > policy.max_minutes * 60)
    return "the budget of time is spent";
  if (policy.search.max_candidates > 0 && asked >= policy.search.max_candidates)
    return fmt::format("{} candidates were measured, the budget's maximum", asked);
  return std::nullopt;
}

/// A line after each batch. What the search has seen is no result yet, and is not called one.
std::string how_it_stands(const std::vector<Candidate>& asked, std::span<const Trial> trials,
                          const Searcher& searcher, const Limits& limits) {
  const auto best = choose_finalists(standings(asked, trials, limits), 1);
  std::string line = fmt::format("search: {} candidates; ", asked.size());
  if (best.empty()) {
    line += "none did better than the baseline so far";
  } else {
    const auto standing = standings(best, trials).front();
    line += fmt::format("best so far, to be confirmed: {}, {:.1f} % in the median of {} rounds",
                        describe(standing.candidate.settings),
                        100 * (standing.ratio_median.value_or(1) - 1), standing.rounds);
  }
  if (const auto gain = searcher.expected_gain())
    line += fmt::format("; a further one was expected to gain {:.2f} %", -100 * std::expm1(-*gain));
  return line;
}

}  // namespace

double told_ratio(const Standing& standing) {
  if (!standing.ratio_median) return std::numeric_limits<double>::quiet_NaN();
  const double log_ratio = std::log(*standing.ratio_median);
  return standing.violates ? std::max(log_ratio, 0.0) + standing.violates->beyond : log_ratio;
}

Result<void> search(const Policy& policy, const std::vector<Candidate>& candidates, Study& study,
                    Rounds& rounds, Progress& progress) {
  if (candidates.empty()) {
    progress.note("nothing to search: no candidate does anything else than the baseline");
    return study.end_search();
  }
  auto searcher = make_searcher(policy.search.searcher, search_task(policy, candidates, study));
  if (!searcher) return fail(searcher);
  const Candidate baseline{0, baseline_settings(study.header())};
  const int most = policy.search.max_candidates;
  const Limits limits = limits_of(policy, study.header().seed);
  // What was confirmed later is none of its business: it would spend the budget of a resumed study.
  const auto before = [&](int round) {
    return before_round(before_round(study.trials(), Phase::confirm, 0), Phase::search, round);
  };
  std::vector<Candidate> all_asked;
  for (int first_round = 0;; first_round += policy.plan.search_rounds) {
    const int done = static_cast<int>(all_asked.size());
    auto reason = spent(policy, before(first_round), done);
    const int count = most > 0 ? std::min(policy.plan.batch, most - done) : policy.plan.batch;
    std::vector<Candidate> asked;
    if (!reason) asked = (*searcher)->ask(static_cast<std::size_t>(count));
    if (asked.empty()) {
      progress.note(
          fmt::format("the search ends: {}", reason ? *reason : (*searcher)->why_finished()));
      return study.end_search();
    }
    rounds.expect((*searcher)->expected_gain());
    auto ran =
        rounds.compare(Phase::search, baseline, asked, first_round, policy.plan.search_rounds);
    if (!ran) return ran;
    const int next_round = first_round + policy.plan.search_rounds;
    tell_all(**searcher, asked, before(next_round), limits);
    all_asked.insert(all_asked.end(), asked.begin(), asked.end());
    progress.note(how_it_stands(all_asked, before(next_round), **searcher, limits));
  }
}

}  // namespace moderato
