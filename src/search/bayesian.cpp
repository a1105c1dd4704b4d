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

/// Points of each branch in the first design, anchors among them, besides one a dimension.
constexpr std::size_t start_of_a_branch = 2;
/// Grid steps a local suggestion may be away from the best so far, in each dimension.
constexpr int local_steps = 2;
/// The baseline's score is 0 by definition; "so many rounds" gives it next to no noise.
constexpr double rounds_of_the_baseline = 100;
/// Suggestions in a row whose gain is not worth a trial, before the search ends.
constexpr int hopeless_suggestions = 3;

Points rows_of(const Points& points, const std::vector<Eigen::Index>& rows) {
  return {points.x(rows, Eigen::all), points.special(rows, Eigen::all), points.branch(rows)};
}

/// The place of each value among the distinct ones of its column.
Eigen::MatrixXi ranks_of(const Eigen::MatrixXd& x) {
  Eigen::MatrixXi ranks(x.rows(), x.cols());
  for (Eigen::Index column = 0; column < x.cols(); ++column) {
    std::vector<double> values(x.col(column).begin(), x.col(column).end());
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
    for (Eigen::Index row = 0; row < x.rows(); ++row)
      ranks(row, column) =
          static_cast<int>(std::ranges::lower_bound(values, x(row, column)) - values.begin());
  }
  return ranks;
}

/// How much worse than the baseline a setting is beyond a point tells the model little of where the
/// best ones are, but would dominate its scale.
double compressed(double log_ratio) {
  constexpr double knee = 0.3, scale = 0.3;
  return log_ratio <= knee ? log_ratio : knee + scale * std::log1p((log_ratio - knee) / scale);
}

NoiseModel noise_of(const SearchTask&) {
  return {};
}

}  // namespace

BayesianSearcher::BayesianSearcher(SearchTask task)
    : task_(std::move(task)),
      encoding_(task_.space, task_.baseline),
      points_(encoding_.encode(task_.candidates)),
      baseline_(encoding_.encode(std::vector{Candidate{0, task_.baseline}})),
      ranks_(ranks_of(points_.x)),
      model_(encoding_, noise_of(task_)),
      random_(task_.seed),
      asked_(task_.candidates.size(), 0) {
  for (std::size_t i = 0; i < task_.candidates.size(); ++i)
    row_of_[task_.candidates[i].number] = static_cast<Eigen::Index>(i);
  plan_start();
}

void BayesianSearcher::plan_start() {
  std::vector<Candidate> anchors;
  for (const Settings& settings : task_.anchors)
    anchors.push_back({0, settings});
  auto rows = closest(encoding_.encode(anchors), points_);
  for (int branch = 0; branch < encoding_.branches(); ++branch) {
    std::size_t wanted = start_of_a_branch;
    for (int d = 0; d < encoding_.dimensions(); ++d)
      wanted += encoding_.in_use(d, branch) ? 1 : 0;
    for (const Eigen::Index row : rows)
      if (points_.branch[row] == branch && wanted > 1) --wanted;
    const auto more = spread_out(points_, branch, wanted, rows, random_);
    rows.insert(rows.end(), more.begin(), more.end());
  }
  start_.assign(rows.begin(), rows.end());
}

std::vector<Candidate> BayesianSearcher::ask(std::size_t count) {
  std::vector<Candidate> result;
  std::vector<Eigen::Index> rows;
  while (rows.size() < count && !start_.empty()) {
    rows.push_back(start_.front());
    start_.pop_front();
  }
  for (const Eigen::Index row : rows)
    asked_[static_cast<std::size_t>(row)] = 1;
  // Planned points are not mixed with suggestions: these should know what those gave.
  if (rows.empty()) rows = choose(count);
  for (const Eigen::Index row : rows)
    result.push_back(task_.candidates[static_cast<std::size_t>(row)]);
  return result;
}

void BayesianSearcher::tell(const Candidate& candidate, const Score& score) {
  const auto row = row_of_.find(candidate.number);
  if (row == row_of_.end()) return;
  told_[row->second] = {score.log_ratio, static_cast<double>(std::max(score.rounds, 1))};
  learnt_ = false;
}

/// A candidate that failed counts as the worst that was seen.
Observations BayesianSearcher::seen() const {
  std::vector<Eigen::Index> rows;
  std::vector<double> values, rounds;
  double worst = 0;
  for (const auto& [row, told] : told_)
    if (!std::isnan(told.value)) worst = std::max(worst, compressed(told.value));
  for (const auto& [row, told] : told_) {
    rows.push_back(row);
    values.push_back(std::isnan(told.value) ? worst : compressed(told.value));
    rounds.push_back(told.rounds);
  }
  const Points measured = rows_of(points_, rows);
  Observations all{{Eigen::MatrixXd(measured.x.rows() + 1, measured.x.cols()),
                    Eigen::MatrixXd(measured.x.rows() + 1, measured.x.cols()),
                    Eigen::VectorXi(measured.x.rows() + 1)},
                   Eigen::VectorXd::Zero(measured.x.rows() + 1),
                   Eigen::VectorXd::Constant(measured.x.rows() + 1, rounds_of_the_baseline)};
  all.points.x << measured.x, baseline_.x;
  all.points.special << measured.special, baseline_.special;
  all.points.branch << measured.branch, baseline_.branch;
  std::ranges::copy(values, all.values.begin());
  std::ranges::copy(rounds, all.rounds.begin());
  return all;
}

void BayesianSearcher::learn() {
  if (learnt_) return;
  model_.fit(seen(), true);
  ++fits_;
  learnt_ = true;
}

double BayesianSearcher::best_believed() const {
  std::vector<Eigen::Index> rows;
  for (const auto& [row, told] : told_)
    rows.push_back(row);
  const double of_baseline = model_.predict(baseline_).mean[0];
  return rows.empty()
             ? of_baseline
             : std::min(of_baseline, model_.predict(rows_of(points_, rows)).mean.minCoeff());
}

std::optional<Candidate> BayesianSearcher::best() {
  std::vector<Eigen::Index> rows;
  for (const auto& [row, told] : told_)
    if (!std::isnan(told.value)) rows.push_back(row);
  if (rows.empty()) return std::nullopt;
  learn();
  Eigen::Index least = 0;
  model_.predict(rows_of(points_, rows)).mean.minCoeff(&least);
  return task_.candidates[static_cast<std::size_t>(rows[static_cast<std::size_t>(least)])];
}

std::vector<char> BayesianSearcher::close_to_the_best() const {
  std::vector<char> close(asked_.size(), 0);
  std::vector<Eigen::Index> rows;
  for (const auto& [row, told] : told_)
    if (!std::isnan(told.value)) rows.push_back(row);
  if (rows.empty()) return close;
  Eigen::Index least = 0;
  model_.predict(rows_of(points_, rows)).mean.minCoeff(&least);
  const Eigen::Index best = rows[static_cast<std::size_t>(least)];
  for (Eigen::Index row = 0; row < points_.x.rows(); ++row) {
    const bool same_branch = points_.branch[row] == points_.branch[best];
    close[static_cast<std::size_t>(row)] =
        same_branch && (ranks_.row(row) - ranks_.row(best)).cwiseAbs().maxCoeff() <= local_steps
            ? 1
            : 0;
  }
  return close;
}

std::vector<Eigen::Index> BayesianSearcher::choose(std::size_t count) {
  learn();
  GaussianProcess imagined = model_;
  std::vector<Eigen::Index> chosen;
  while (chosen.size() < count) {
    std::vector<char> open(asked_.size());
    for (std::size_t i = 0; i < open.size(); ++i)
      open[i] = asked_[i] == 0 ? 1 : 0;
    if (std::ranges::count(open, 1) == 0) {
      if (chosen.empty()) why_finished_ = "every candidate was measured";
      break;
    }
    if (suggestions_ % 2 == 1) {
      const auto close = close_to_the_best();
      std::vector<char> both(open.size());
      for (std::size_t i = 0; i < open.size(); ++i)
        both[i] = open[i] != 0 && close[i] != 0 ? 1 : 0;
      if (std::ranges::count(both, 1) > 0) open = both;
    }
    const Eigen::VectorXd gain = expected_improvement(imagined.predict(points_), best_believed());
    Eigen::Index next = -1;
    for (Eigen::Index i = 0; i < gain.size(); ++i)
      if (open[static_cast<std::size_t>(i)] != 0 && (next < 0 || gain[i] > gain[next])) next = i;
    ++suggestions_;
    asked_[static_cast<std::size_t>(next)] = 1;
    chosen.push_back(next);
    if (chosen.size() < count) imagined.imagine(rows_of(points_, {next}));
  }
  return chosen;
}

}  // namespace moderato
