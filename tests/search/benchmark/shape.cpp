// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/shape.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>

#include "stats/summary.hpp"

namespace moderato::benchmark {
namespace {

using Chosen = std::function<bool(const Candidate&)>;

BranchShape branch_of(const Landscape& landscape, const Chosen& chosen) {
  std::vector<double> regrets;
  for (const Candidate& candidate : landscape.candidates) {
    const double value = regret(landscape, candidate.number);
    if (chosen(candidate) && std::isfinite(value)) regrets.push_back(value);
  }
  if (regrets.empty()) return {};
  const auto [best, worst] = std::ranges::minmax(regrets);
  return {regrets.size(), best, median(regrets), worst};
}

double share_below(const Landscape& landscape, double tolerance) {
  const auto below = std::ranges::count_if(landscape.candidates, [&](const Candidate& candidate) {
    return regret(landscape, candidate.number) <= std::log1p(tolerance);
  });
  return static_cast<double>(below) / static_cast<double>(landscape.candidates.size());
}

Candidate best_of(const Landscape& landscape) {
  const double lowest = optimum(landscape);
  for (const Candidate& candidate : landscape.candidates)
    if (landscape.truth.at(static_cast<std::size_t>(candidate.number)) == lowest) return candidate;
  return {0, landscape.baseline};
}

/// A line "  all       888: best 0.0 %, median ..., worst ...".
std::string line(const char* name, const BranchShape& branch) {
  if (branch.candidates == 0) return {};
  return fmt::format("  {:<12} {:>4} candidates: best {:.1f} %, median {:.0f} %, worst {:.0f} %\n",
                     name, branch.candidates, std::expm1(branch.best) * 100,
                     std::expm1(branch.median) * 100, std::expm1(branch.worst) * 100);
}

}  // namespace

std::string mode_of(const Space& space) {
  using Kind = Constraint::Kind;
  for (const Constraint& constraint : space.constraints)
    if (constraint.kind == Kind::fixed_unless_zero || constraint.kind == Kind::fixed_if_zero)
      return constraint.knobs.front();
  return {};
}

Shape shape_of(const Landscape& landscape) {
  Shape shape{.best = best_of(landscape), .gain = optimum(landscape)};
  shape.within_2 = share_below(landscape, 0.02);
  shape.within_10 = share_below(landscape, 0.10);
  shape.all = branch_of(landscape, [](const Candidate&) { return true; });
  if (const std::string mode = mode_of(landscape.space); !mode.empty()) {
    const auto on = [&](const Candidate& c) { return c.settings.at(mode) != 0; };
    shape.mode_on = branch_of(landscape, on);
    shape.mode_off = branch_of(landscape, [&](const Candidate& c) { return !on(c); });
  }
  for (const Settings& anchor : landscape.anchors) {
    const Settings whole = completed(anchor, landscape.baseline);
    const auto found = std::ranges::find(landscape.candidates, whole, &Candidate::settings);
    if (found != landscape.candidates.end())
      shape.anchors.push_back(regret(landscape, found->number));
    else if (whole == landscape.baseline)
      shape.anchors.push_back(regret(landscape, 0));
  }
  return shape;
}

std::string describe(const Landscape& landscape) {
  const Shape shape = shape_of(landscape);
  std::vector<double> anchors;
  for (const double value : shape.anchors)
    anchors.push_back(std::expm1(value) * 100);
  return fmt::format("{}: {}\n", landscape.name, landscape.description) +
         fmt::format("  best {}: {:.1f} % of the baseline\n",
                     moderato::describe(shape.best.settings), std::exp(shape.gain) * 100) +
         fmt::format("  within 2 % of it {:.1f} % of the candidates, within 10 % {:.1f} %\n",
                     shape.within_2 * 100, shape.within_10 * 100) +
         "  above it:\n" + line("  all", shape.all) + line("  mode on", shape.mode_on) +
         line("  mode off", shape.mode_off) +
         fmt::format("    anchors      {:.1f} %\n", fmt::join(anchors, " %, "));
}

}  // namespace moderato::benchmark
