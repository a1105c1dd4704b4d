// SPDX-License-Identifier: Apache-2.0
#include "search/encoding.hpp"

#include <algorithm>
#include <cmath>

namespace moderato {
namespace {

constexpr std::int64_t span_of_a_logarithmic_scale = 16;

bool holds(const std::vector<std::string>& knobs, const std::string& knob) {
  return std::ranges::find(knobs, knob) != knobs.end();
}

bool is_switch(const Parameter& parameter) {
  return std::ranges::all_of(parameter.values, [](auto value) { return value == 0 || value == 1; });
}

template <class Matrix>
Matrix stacked(const Matrix& above, const Matrix& below) {
  Matrix both(above.rows() + below.rows(), above.cols());
  both << above, below;
  return both;
}

}  // namespace

Points rows_of(const Points& points, const std::vector<Eigen::Index>& rows) {
  return {points.x(rows, Eigen::all), points.special(rows, Eigen::all), points.branch(rows),
          points.study(rows)};
}

Points joined(const Points& above, const Points& below) {
  return {stacked(above.x, below.x), stacked(above.special, below.special),
          stacked(above.branch, below.branch), stacked(above.study, below.study)};
}

Encoding::Encoding(const Space& space, const Settings& baseline) : baseline_(baseline) {
  for (const Constraint& constraint : space.constraints) {
    const bool unless = constraint.kind == Constraint::Kind::fixed_unless_zero;
    if (!unless && constraint.kind != Constraint::Kind::fixed_if_zero) continue;
    const std::string& knob = constraint.knobs.front();
    auto mode = std::ranges::find(modes_, knob, &Mode::knob);
    if (mode == modes_.end()) mode = modes_.insert(mode, Mode{knob, {}, {}});
    auto& used = unless ? mode->used_if_zero : mode->used_unless_zero;
    used.insert(used.end(), constraint.knobs.begin() + 1, constraint.knobs.end());
  }
  for (const Parameter& parameter : space.parameters) {
    if (parameter.values.size() < 2) continue;
    const bool branches = std::ranges::find(modes_, parameter.knob, &Mode::knob) != modes_.end();
    if (branches && is_switch(parameter)) continue;
    std::vector<std::int64_t> values = parameter.values;
    std::ranges::sort(values);
    const bool zero = values.front() == 0;
    const std::int64_t least = zero ? values[1] : values.front();
    Axis axis{.knob = parameter.knob};
    axis.logarithmic = least > 0 && values.back() / least >= span_of_a_logarithmic_scale;
    if (axis.logarithmic) {
      axis.least = std::log2(static_cast<double>(least));
      axis.most = std::log2(static_cast<double>(values.back()));
      axis.step = (axis.most - axis.least) / static_cast<double>(values.size() - 1);
    } else {
      axis.least = static_cast<double>(values.front());
      axis.most = static_cast<double>(values.back());
    }
    axes_.push_back(axis);
  }
}

double Encoding::place(const Axis& axis, std::int64_t value) const {
  const auto number = static_cast<double>(value);
  if (!axis.logarithmic) return (number - axis.least) / (axis.most - axis.least);
  const double logarithm = value == 0 ? axis.least - axis.step : std::log2(number);
  return (logarithm - axis.least) / (axis.most - axis.least);
}

std::int64_t Encoding::value_of(const std::string& knob, const Settings& settings) const {
  if (const auto found = settings.find(knob); found != settings.end()) return found->second;
  const auto found = baseline_.find(knob);
  return found == baseline_.end() ? 0 : found->second;
}

Points Encoding::encode(std::span<const Candidate> candidates) const {
  const auto rows = static_cast<Eigen::Index>(candidates.size());
  const auto columns = static_cast<Eigen::Index>(axes_.size());
  Points points{Eigen::MatrixXd::Zero(rows, columns), Eigen::MatrixXd::Zero(rows, columns),
                Eigen::VectorXi::Zero(rows), Eigen::VectorXi::Zero(rows)};
  for (Eigen::Index row = 0; row < rows; ++row) {
    const Settings& settings = candidates[static_cast<std::size_t>(row)].settings;
    for (std::size_t mode = 0; mode < modes_.size(); ++mode)
      if (value_of(modes_[mode].knob, settings) != 0) points.branch[row] |= 1 << mode;
    for (Eigen::Index column = 0; column < columns; ++column) {
      const Axis& axis = axes_[static_cast<std::size_t>(column)];
      if (!in_use(static_cast<int>(column), points.branch[row])) continue;
      const std::int64_t value = value_of(axis.knob, settings);
      points.x(row, column) = place(axis, value);
      points.special(row, column) = axis.logarithmic && value == 0 ? 1 : 0;
    }
  }
  return points;
}

bool Encoding::in_use(int dimension, int branch) const {
  for (std::size_t mode = 0; mode < modes_.size(); ++mode) {
    const bool on = (branch >> mode & 1) != 0;
    const auto& idle = on ? modes_[mode].used_if_zero : modes_[mode].used_unless_zero;
    if (holds(idle, knob(dimension))) return false;
  }
  return true;
}

bool Encoding::always_in_use(int dimension) const {
  return std::ranges::none_of(modes_, [&](const Mode& mode) {
    return holds(mode.used_if_zero, knob(dimension)) ||
           holds(mode.used_unless_zero, knob(dimension));
  });
}

}  // namespace moderato
