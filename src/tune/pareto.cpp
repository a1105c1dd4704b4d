// SPDX-License-Identifier: Apache-2.0
#include "tune/pareto.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/summary.hpp"
#include "tune/records.hpp"

namespace moderato {
namespace {

const std::string cpu_time{"cpu_time"}, throughput{"throughput"};

/// Of both phases that compare candidates.
std::vector<double> all_ratios(const Records& records, int candidate, const std::string& figure) {
  std::vector<double> ratios;
  for (const Phase phase : {Phase::search, Phase::confirm}) {
    const auto some = figure.empty() ? records.log_ratios(phase, candidate)
                                     : records.log_ratios(phase, candidate, figure);
    ratios.insert(ratios.end(), some.begin(), some.end());
  }
  return ratios;
}

/// Its median ratio in each figure that it has.
TradeOff trade_off_of(const Records& records, int candidate, const Settings& settings,
                      const std::string& objective) {
  TradeOff result{.candidate = candidate, .settings = settings};
  for (const std::string& figure : {std::string(), cpu_time, throughput}) {
    const auto ratios = all_ratios(records, candidate, figure);
    if (ratios.empty()) continue;
    if (figure.empty()) result.rounds = static_cast<int>(ratios.size());
    result.ratios[figure.empty() ? objective : figure] = std::exp(median(ratios));
  }
  return result;
}

/// Smaller is better.
std::vector<double> point_of(const TradeOff& one, const std::vector<std::string>& figures) {
  std::vector<double> point;
  for (const std::string& figure : figures)
    point.push_back(figure == throughput ? 1 / one.ratios.at(figure) : one.ratios.at(figure));
  return point;
}

std::vector<TradeOff> measured(const std::string& objective, std::span<const Trial> trials) {
  std::map<int, Settings> settings;
  for (const Trial& trial : trials)
    if (trial.key.candidate != 0 &&
        (trial.key.phase == Phase::search || trial.key.phase == Phase::confirm))
      settings[trial.key.candidate] = trial.settings;
  const Records records(trials);
  std::vector<TradeOff> all;
  for (const auto& [number, values] : settings) {
    TradeOff one = trade_off_of(records, number, values, objective);
    if (one.rounds > 0) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

std::vector<TradeOff> trade_offs(const Policy& policy, const Settings& baseline,
                                 std::span<const Trial> trials) {
  const std::string objective(name_of(policy.objective));
  std::vector<TradeOff> all = measured(objective, trials);
  std::vector<std::string> figures{objective};
  for (const std::string& figure : {cpu_time, throughput})
    if (std::ranges::any_of(all, [&](const TradeOff& one) { return one.ratios.contains(figure); }))
      figures.push_back(figure);
  std::erase_if(all, [&](const TradeOff& one) { return one.ratios.size() < figures.size(); });
  if (figures.size() < 2 || all.empty()) return {};
  all.insert(all.begin(), {.candidate = 0, .settings = baseline});
  std::vector<std::vector<double>> points;
  for (const std::string& figure : figures)
    all.front().ratios[figure] = 1;
  for (const TradeOff& one : all)
    points.push_back(point_of(one, figures));
  std::vector<TradeOff> set;
  for (const std::size_t i : pareto_set(points))
    set.push_back(all[i]);
  std::ranges::stable_sort(set, {}, [&](const TradeOff& one) { return one.ratios.at(objective); });
  return set;
}

}  // namespace moderato
