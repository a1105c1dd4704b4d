// SPDX-License-Identifier: Apache-2.0
#include "space/constraint.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace moderato {
namespace {

using Kind = Constraint::Kind;

bool is_zero(const std::int64_t* value) {
  return *value == 0;
}

/// The values follow one another under `holds(earlier, later)`.
template <typename Holds>
bool in_order(const std::vector<const std::int64_t*>& values, Holds holds) {
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (!holds(*values[i - 1], *values[i])) return false;
  }
  return true;
}

/// The first knob says what the others are good for, each by itself.
bool is_mode(Kind kind) {
  return kind == Kind::fixed_unless_zero || kind == Kind::fixed_if_zero;
}

bool others_keep_first(const BoundConstraint& bound) {
  for (std::size_t i = 1; i < bound.values.size(); ++i) {
    if (bound.first_listed[i] && *bound.values[i] != *bound.first_listed[i]) return false;
  }
  return true;
}

std::string_view demand(Kind kind) {
  switch (kind) {
    case Kind::not_all_zero:
      return "not all of them may be 0";
    case Kind::ascending:
      return "none may be above the next";
    case Kind::strictly_ascending:
      return "each must be below the next";
    case Kind::zero_together:
      return "all or none must be 0";
    case Kind::fixed_unless_zero:
      return "unless the first is 0 the others keep the value listed first";
    case Kind::fixed_if_zero:
      return "if the first is 0 the others keep the value listed first";
  }
  return "";
}

}  // namespace

std::optional<BoundConstraint> bind_constraint(
    const Constraint& constraint, const std::vector<Parameter>& parameters,
    const std::function<const std::int64_t*(const std::string&)>& value_of) {
  BoundConstraint bound{.constraint = &constraint};
  for (const std::string& knob : constraint.knobs) {
    const auto* value = value_of(knob);
    const bool of_many = is_mode(constraint.kind) && !bound.values.empty();
    if (value == nullptr && of_many) continue;
    if (value == nullptr) return std::nullopt;
    bound.knobs.push_back(knob);
    bound.values.push_back(value);
    const auto found =
        std::find_if(parameters.begin(), parameters.end(),
                     [&](const Parameter& parameter) { return parameter.knob == knob; });
    const bool listed = found != parameters.end() && !found->values.empty();
    bound.first_listed.push_back(listed ? std::optional(found->values.front()) : std::nullopt);
  }
  return bound;
}

bool violated(const BoundConstraint& bound) {
  const auto& values = bound.values;
  switch (bound.constraint->kind) {
    case Kind::not_all_zero:
      return std::all_of(values.begin(), values.end(), is_zero);
    case Kind::ascending:
      return !in_order(values, [](auto a, auto b) { return a <= b; });
    case Kind::strictly_ascending:
      return !in_order(values, [](auto a, auto b) { return a < b; });
    case Kind::zero_together: {
      const auto zeros = std::count_if(values.begin(), values.end(), is_zero);
      return zeros != 0 && zeros != static_cast<std::ptrdiff_t>(values.size());
    }
    case Kind::fixed_unless_zero:
      return !is_zero(values.front()) && !others_keep_first(bound);
    case Kind::fixed_if_zero:
      return is_zero(values.front()) && !others_keep_first(bound);
  }
  return false;
}

std::string explain(const BoundConstraint& bound) {
  std::string text;
  for (std::size_t i = 0; i < bound.values.size(); ++i)
    text += fmt::format("{}{}={}", i == 0 ? "" : " ", bound.knobs[i], *bound.values[i]);
  return fmt::format("{}: {}", text, demand(bound.constraint->kind));
}

}  // namespace moderato
