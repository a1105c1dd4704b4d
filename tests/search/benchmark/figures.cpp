// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/figures.hpp"

#include <algorithm>
#include <functional>

#include "search/benchmark/luck.hpp"
#include "stats/summary.hpp"

namespace moderato::benchmark {
namespace {

constexpr int resamples = 1000;
constexpr double n90_tolerance = 0.02;
constexpr double worst_regret = 100;  // of what always fails, so that a mean exists

/// One number a play: [landscape][seed].
using Table = std::vector<std::vector<double>>;

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values)
    sum += value;
  return sum / static_cast<double>(values.size());
}

double mean_of_means(const Table& table) {
  double sum = 0;
  for (const auto& row : table)
    sum += mean(row);
  return sum / static_cast<double>(table.size());
}

double resampled_mean(const std::vector<double>& values, Luck& luck) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    sum += values[luck.index(values.size())];
  return sum / static_cast<double>(values.size());
}

/// Seeds are drawn anew within each landscape: plays on different ones have nothing in common.
Estimate estimate(const Table& table) {
  Luck luck(1);
  std::vector<double> means(resamples);
  for (double& value : means) {
    value = 0;
    for (const auto& row : table)
      value += resampled_mean(row, luck) / static_cast<double>(table.size());
  }
  return {mean_of_means(table), quantile(means, 0.025), quantile(means, 0.975)};
}

using OfPlay = std::function<double(const Play&)>;

Table tabulate(const std::vector<Series>& series, const OfPlay& figure) {
  Table table;
  for (const Series& one : series) {
    table.emplace_back();
    for (const Play& play : one.plays)
      table.back().push_back(figure(play));
  }
  return table;
}

OfPlay is_within(int evaluations, double tolerance) {
  return [=](const Play& play) {
    // A hair more, so that rounding decides nothing.
    return play.regret.at(static_cast<std::size_t>(evaluations)) <= std::log1p(tolerance) + 1e-12
               ? 1.0
               : 0.0;
  };
}

OfPlay factor_above(int evaluations) {
  return [=](const Play& play) {
    return std::min(worst_regret,
                    std::expm1(play.regret.at(static_cast<std::size_t>(evaluations))));
  };
}

std::optional<int> n90_of(const std::vector<Series>& series) {
  const auto budget = static_cast<int>(series.front().plays.front().regret.size()) - 1;
  for (int n = 1; n <= budget; ++n)
    if (mean_of_means(tabulate(series, is_within(n, n90_tolerance))) >= 0.9) return n;
  return {};
}

double suggest_ms(const std::vector<Series>& series) {
  double seconds = 0;
  std::size_t evaluations = 0;
  for (const Series& one : series) {
    for (const Play& play : one.plays) {
      seconds += play.suggest_seconds;
      evaluations += play.evaluations.size();
    }
  }
  return evaluations > 0 ? seconds * 1e3 / static_cast<double>(evaluations) : 0;
}

std::string first_end(const std::vector<Series>& series) {
  for (const Series& one : series)
    for (const Play& play : one.plays)
      if (!play.ended.empty()) return play.ended;
  return {};
}

Figures figures_of(const std::vector<Series>& series, const std::string& name,
                   const Questions& questions) {
  Figures result{series.front().searcher, name};
  for (const int n : questions.evaluations) {
    result.within.emplace_back();
    for (const double tolerance : questions.tolerances)
      result.within.back().push_back(estimate(tabulate(series, is_within(n, tolerance))));
    result.regret.push_back(estimate(tabulate(series, factor_above(n))));
  }
  result.n90 = n90_of(series);
  result.suggest_ms = suggest_ms(series);
  result.ended = first_end(series);
  return result;
}

}  // namespace

std::vector<Figures> figures(const std::vector<Series>& of_one, const Questions& questions) {
  std::vector<Figures> result;
  for (const Series& series : of_one)
    result.push_back(figures_of({series}, series.landscape, questions));
  if (of_one.size() > 1) result.push_back(figures_of(of_one, "mean", questions));
  return result;
}

double share_within(const std::vector<Play>& plays, int evaluations, double tolerance) {
  return mean_of_means(tabulate({{"", "", plays}}, is_within(evaluations, tolerance)));
}

}  // namespace moderato::benchmark
