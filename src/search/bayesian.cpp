// SPDX-License-Identifier: Apache-2.0
#include "search/bayesian.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "search/acquisition.hpp"
#include "search/design.hpp"

namespace moderato {
namespace {

/// Points of a branch in the first design besides one a dimension, anchors among them. No more than
/// the root of half of its points: so many stand for all of them (Mardia et al. 1979, p. 365).
constexpr std::size_t start_of_a_branch = 2;
/// Suggestions before there is a place worth looking around: the turns for that are looks at new
/// values until then.
constexpr int early_turns = 8;
/// Standard deviations below the mean by which a look at new values is chosen. Not by what it is
/// expected to gain: that is next to nothing wherever the model has seen bad points, and a good
/// time may lie between two that are bad.
constexpr double hope = 1;
/// Grid steps that a local suggestion may be away from the incumbent, in each dimension.
constexpr int local_steps = 2;
/// A gain that is none: what the best is, is never known more closely.
constexpr double indifference = 0.01;
/// The baseline's score is 0 by definition; so many rounds leave it next to no noise.
constexpr double rounds_of_the_baseline = 100;
/// A candidate that failed counts as so much worse than the worst that was measured, the baseline
/// included: a log ratio.
constexpr double failed_behind_worst = 0.5;
/// Suggestions in a row that are not worth a trial, before the search ends.
constexpr int hopeless_suggestions = 3;
/// Candidates that have worked before the model is believed in that.
constexpr int least_known = 3;
/// Of an earlier study's scores: so many settings that were best there are looked at first, and so
/// many scores are given to the model, whose time grows with their square.
constexpr std::size_t earlier_anchors = 3, most_earlier = 60;
/// Share of single rounds that are outliers at moderate load.
constexpr double outlier_rate = 0.04;

/// How bad a bad setting is tells little of where the good ones are, but would dominate the scale
/// of the model: beyond `knee` above the best, differences count less and less.
double compressed(double log_ratio, double best) {
  constexpr double knee = 0.3, scale = 0.1;
  const double above = log_ratio - best - knee;
  return above <= 0 ? log_ratio : best + knee + scale * std::log1p(above / scale);
}

/// Of scores that are sorted, best first: the best for half of what the model has room for, and of
/// the rest each so many.
std::vector<EarlierScore> thinned(const std::vector<EarlierScore>& sorted) {
  if (sorted.size() <= most_earlier) return sorted;
  const std::size_t best = most_earlier / 2, others = sorted.size() - best;
  std::vector<EarlierScore> result(sorted.begin(), sorted.begin() + best);
  for (std::size_t i = 0; i < most_earlier - best; ++i)
    result.push_back(sorted[best + i * others / (most_earlier - best)]);
  return result;
}

Observations observations_of(const std::vector<EarlierScore>& earlier, const Encoding& encoding) {
  std::vector<Settings> settings;
  const auto n = static_cast<Eigen::Index>(earlier.size());
  Observations result{{}, Eigen::VectorXd(n), Eigen::VectorXd(n)};
  for (Eigen::Index i = 0; i < n; ++i) {
    const EarlierScore& one = earlier[static_cast<std::size_t>(i)];
    settings.push_back(one.settings);
    result.values[i] = compressed(one.score.log_ratio, earlier.front().score.log_ratio);
    result.rounds[i] = std::max(one.score.rounds, 1);
  }
  result.points = encoding.encode(as_candidates(settings));
  result.points.study.setOnes();
  return result;
}

}  // namespace

BayesianSearcher::BayesianSearcher(SearchTask task)
    : task_(std::move(task)),
      encoding_(task_.space, task_.baseline),
      points_(encoding_.encode(task_.candidates)),
      baseline_(encoding_.encode(std::vector{Candidate{0, task_.baseline}})),
      ranks_(ranks_of(points_.x)),
      model_(encoding_, {task_.spread, outlier_rate}),
      random_(task_.seed),
      asked_(task_.candidates.size(), false) {
  for (std::size_t i = 0; i < task_.candidates.size(); ++i)
    row_of_[task_.candidates[i].number] = static_cast<Row>(i);
  std::erase_if(task_.earlier, [](const auto& e) { return std::isnan(e.score.log_ratio); });
  std::ranges::stable_sort(task_.earlier, {}, [](const auto& e) { return e.score.log_ratio; });
  earlier_ = observations_of(thinned(task_.earlier), encoding_);
  plan_start();
}

void BayesianSearcher::plan_start() {
  std::vector<Settings> anchors;
  for (std::size_t i = 0; i < std::min(task_.earlier.size(), earlier_anchors); ++i)
    anchors.push_back(task_.earlier[i].settings);
  anchors.insert(anchors.end(), task_.anchors.begin(), task_.anchors.end());
  std::vector<Row> rows = closest(encoding_.encode(as_candidates(anchors)), points_);
  for (int branch = 0; branch < encoding_.branches(); ++branch) {
    std::size_t wanted = start_of_a_branch;
    for (int d = 0; d < encoding_.dimensions(); ++d)
      wanted += encoding_.in_use(d, branch) ? 1 : 0;
    const double stand_for_it = std::ceil(std::sqrt(size_of(branch) / 2));
    wanted = std::min(wanted, static_cast<std::size_t>(stand_for_it));
    for (const Row row : rows)
      if (points_.branch[row] == branch && wanted > 1) --wanted;
    const auto more = spread_out(points_, ranks_, branch, wanted, rows, random_);
    rows.insert(rows.end(), more.begin(), more.end());
  }
  start_.assign(rows.begin(), rows.end());
}

std::vector<Candidate> BayesianSearcher::ask(std::size_t count) {
  std::vector<Row> rows;
  while (rows.size() < count && !start_.empty()) {
    rows.push_back(start_.front());
    start_.pop_front();
    asked_[static_cast<std::size_t>(rows.back())] = true;
  }
  // Planned points are not mixed with suggestions: these should know what those gave.
  if (rows.empty() && count > 0) rows = choose(count);
  std::vector<Candidate> result;
  for (const Row row : rows)
    result.push_back(task_.candidates[static_cast<std::size_t>(row)]);
  return result;
}

void BayesianSearcher::tell(const Candidate& candidate, const Score& score) {
  const auto row = row_of_.find(candidate.number);
  if (row == row_of_.end()) return;
  told_[row->second] = score;
  learnt_ = false;
}

/// First what this study has measured, then the baseline, then earlier ones.
Observations BayesianSearcher::seen() const {
  double best = 0, worst = 0;  // the baseline's
  for (const auto& [row, score] : told_) {
    if (std::isnan(score.log_ratio)) continue;
    best = std::min(best, score.log_ratio);
    worst = std::max(worst, score.log_ratio);
  }
  const auto n = static_cast<Eigen::Index>(told_.size());
  const auto m = earlier_.values.size();
  Observations all{joined(joined(rows_of(points_, measured()), baseline_), earlier_.points),
                   Eigen::VectorXd::Constant(n + 1 + m, compressed(0, best)),
                   Eigen::VectorXd::Constant(n + 1 + m, rounds_of_the_baseline)};
  all.values.tail(m) = earlier_.values;
  all.rounds.tail(m) = earlier_.rounds;
  Eigen::Index i = 0;
  for (const auto& [row, score] : told_) {
    const bool failed = std::isnan(score.log_ratio);
    all.values[i] = compressed(failed ? worst + failed_behind_worst : score.log_ratio, best);
    all.rounds[i++] = std::max(score.rounds, 1);
  }
  return all;
}

std::vector<BayesianSearcher::Row> BayesianSearcher::measured() const {
  std::vector<Row> rows;
  for (const auto& [row, score] : told_)
    rows.push_back(row);
  return rows;
}

double BayesianSearcher::believed_best(const GaussianProcess& model) const {
  return model.predict(joined(rows_of(points_, measured()), baseline_)).mean.minCoeff();
}

std::vector<BayesianSearcher::Row> BayesianSearcher::open() const {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < asked_.size(); ++i)
    if (!asked_[i]) rows.push_back(static_cast<Row>(i));
  return rows;
}

double BayesianSearcher::size_of(int branch) const {
  return static_cast<double>((points_.branch.array() == branch).count());
}

/// The branch with fewest measured points for the root of its size.
std::vector<BayesianSearcher::Row> BayesianSearcher::in_neglected_branch(
    const std::vector<Row>& rows) const {
  double least = std::numeric_limits<double>::infinity();
  std::vector<Row> result;
  for (int branch = 0; branch < encoding_.branches(); ++branch) {
    std::vector<Row> here;
    std::ranges::copy_if(rows, std::back_inserter(here),
                         [&](Row row) { return points_.branch[row] == branch; });
    if (here.empty()) continue;
    const double all = size_of(branch);
    const double looked_at = (all - static_cast<double>(here.size())) / std::sqrt(all);
    if (looked_at >= least) continue;
    least = looked_at;
    result = std::move(here);
  }
  return result;
}

std::vector<BayesianSearcher::Row> BayesianSearcher::at_new_values_of_neglected_branch(
    const std::vector<Row>& rows) const {
  const std::vector<Row> here = in_neglected_branch(rows);
  std::vector<Row> taken;
  for (std::size_t i = 0; i < asked_.size(); ++i) {
    const auto row = static_cast<Row>(i);
    if (asked_[i] && points_.branch[row] == points_.branch[here.front()]) taken.push_back(row);
  }
  return with_new_values(ranks_, here, taken);
}

std::optional<BayesianSearcher::Row> BayesianSearcher::incumbent(
    const GaussianProcess& model) const {
  const std::vector<Row> known = measured();
  if (known.empty()) return std::nullopt;
  Eigen::Index best = 0;
  model.predict(rows_of(points_, known)).mean.minCoeff(&best);
  return known[static_cast<std::size_t>(best)];
}

template <class Near>
std::vector<BayesianSearcher::Row> BayesianSearcher::near_incumbent(const std::vector<Row>& rows,
                                                                    const GaussianProcess& model,
                                                                    const Near& is_near) const {
  const auto best = incumbent(model);
  std::vector<Row> result;
  if (!best) return result;
  std::ranges::copy_if(rows, std::back_inserter(result), [&](Row row) {
    return points_.branch[row] == points_.branch[*best] &&
           is_near((ranks_.row(row) - ranks_.row(*best)).cwiseAbs());
  });
  return result;
}

std::vector<BayesianSearcher::Row> BayesianSearcher::close_to_incumbent(
    const std::vector<Row>& rows, const GaussianProcess& model) const {
  return near_incumbent(rows, model,
                        [](const auto& steps) { return steps.maxCoeff() <= local_steps; });
}

std::vector<BayesianSearcher::Row> BayesianSearcher::beside_incumbent(
    const std::vector<Row>& rows, const GaussianProcess& model) const {
  return near_incumbent(rows, model, [](const auto& steps) { return steps.sum() == 1; });
}

BayesianSearcher::Row BayesianSearcher::best_of_turn(const std::vector<Row>& rows,
                                                     const Belief& belief,
                                                     const Eigen::VectorXd& gain,
                                                     const GaussianProcess& model) const {
  const bool close = hopeless_ > 0 || (turn_ % 3 == 2 && turn_ >= early_turns);
  const bool at_new_values = !close && turn_ % 3 != 1;
  std::vector<Row> some;
  if (hopeless_ >= hopeless_suggestions) some = beside_incumbent(rows, model);
  if (close && some.empty()) some = close_to_incumbent(rows, model);
  if (at_new_values) some = at_new_values_of_neglected_branch(rows);
  if (some.empty()) some = rows;
  const Eigen::VectorXd worth =
      at_new_values ? Eigen::VectorXd(-lower_confidence_bound(belief, hope)) : gain;
  return *std::ranges::max_element(
      some, {}, [&](Row row) { return worth[std::ranges::lower_bound(rows, row) - rows.begin()]; });
}

/// As long as hardly any candidate has worked, nothing is known of the others.
bool BayesianSearcher::is_worthwhile(double most_gain, const std::vector<Row>& rows,
                                     const GaussianProcess& model) {
  const bool known = std::ranges::count_if(told_, [](const auto& one) {
                       return !std::isnan(one.second.log_ratio);
                     }) >= least_known;
  hopeless_ = known && most_gain < task_.worthwhile ? hopeless_ + 1 : 0;
  if (hopeless_ < hopeless_suggestions || !beside_incumbent(rows, model).empty()) return true;
  why_finished_ =
      fmt::format("no other candidate is expected to gain {:.2f} % beyond the first {:.0f} %",
                  -100 * std::expm1(-task_.worthwhile), -100 * std::expm1(-indifference));
  return false;
}

/// Variance of what the model expects of a measured point once it has each of the measured values
/// of one dimension in turn; mean over the points.
double BayesianSearcher::effect_of(int dimension) const {
  const Points known = rows_of(points_, measured());
  double sum = 0;
  for (int branch = 0; branch < encoding_.branches(); ++branch) {
    if (!encoding_.in_use(dimension, branch)) continue;
    std::vector<Row> rows;
    std::map<double, double> values;  // x -> special
    for (Row row = 0; row < known.x.rows(); ++row) {
      if (known.branch[row] != branch) continue;
      rows.push_back(row);
      values[known.x(row, dimension)] = known.special(row, dimension);
    }
    if (rows.empty()) continue;
    Eigen::MatrixXd means(rows.size(), values.size());
    Eigen::Index column = 0;
    for (const auto& [x, special] : values) {
      Points moved = rows_of(known, rows);
      moved.x.col(dimension).setConstant(x);
      moved.special.col(dimension).setConstant(special);
      means.col(column++) = model_.predict(moved).mean;
    }
    means.colwise() -= Eigen::VectorXd(means.rowwise().mean());
    sum += means.squaredNorm() / static_cast<double>(values.size());
  }
  return known.x.rows() == 0 ? 0 : sum / static_cast<double>(known.x.rows());
}

ModelView BayesianSearcher::view(const Candidate& about) {
  if (!learnt_) model_.fit(seen(), true);
  learnt_ = true;
  ModelView view;
  double all = 0;
  for (int d = 0; d < encoding_.dimensions(); ++d) {
    const double effect = effect_of(d);
    view.relevance[encoding_.knob(d)] = effect;
    all += effect;
  }
  if (all <= 0) view.relevance.clear();
  for (auto& [knob, share] : view.relevance)
    share /= all;
  const Belief belief = model_.predict(rows_of(points_, {row_of_.at(about.number)}));
  view.log_ratio = belief.mean[0];
  view.sd = std::sqrt(belief.variance[0]);
  return view;
}

std::vector<BayesianSearcher::Row> BayesianSearcher::choose(std::size_t count) {
  if (!learnt_) model_.fit(seen(), true);
  learnt_ = true;
  GaussianProcess model = model_;
  std::vector<Row> chosen;
  while (chosen.size() < count) {
    const std::vector<Row> rows = open();
    if (rows.empty()) {
      why_finished_ = "every candidate was measured";
      break;
    }
    const Belief belief = model.predict(rows_of(points_, rows));
    const double best = believed_best(model);
    const Eigen::VectorXd gain = expected_improvement(belief, best - indifference);
    if (chosen.empty()) {
      expected_gain_ = expected_improvement(belief, best).maxCoeff();
      if (!is_worthwhile(gain.maxCoeff(), rows, model)) break;
    }
    const Row next = best_of_turn(rows, belief, gain, model);
    ++turn_;
    asked_[static_cast<std::size_t>(next)] = true;
    chosen.push_back(next);
    if (chosen.size() < count) model.imagine(rows_of(points_, {next}));
  }
  return chosen;
}

}  // namespace moderato
