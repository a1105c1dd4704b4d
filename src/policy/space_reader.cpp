// SPDX-License-Identifier: Apache-2.0
#include "policy/space_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/nearest.hpp"

namespace moderato {
namespace {

constexpr std::int64_t max_steps = 1000;

const std::array<std::pair<const char*, Constraint::Kind>, 6> kinds{{
    {"not_all_zero", Constraint::Kind::not_all_zero},
    {"ascending", Constraint::Kind::ascending},
    {"strictly_ascending", Constraint::Kind::strictly_ascending},
    {"zero_together", Constraint::Kind::zero_together},
    {"fixed_unless_zero", Constraint::Kind::fixed_unless_zero},
    {"fixed_if_zero", Constraint::Kind::fixed_if_zero},
}};

/// `steps` integers from `from` to `to`, evenly spaced, or evenly spaced in the logarithm. Rounding
/// can make neighbours equal; they stand once.
std::vector<std::int64_t> spread(std::int64_t from, std::int64_t to, std::int64_t steps, bool log) {
  std::vector<std::int64_t> values{from};
  for (std::int64_t i = 1; i < steps; ++i) {
    const long double share = static_cast<long double>(i) / static_cast<long double>(steps - 1);
    const long double a = from, b = to;
    const long double value = log ? a * std::pow(b / a, share) : a + (b - a) * share;
    const auto rounded = i + 1 == steps ? to : static_cast<std::int64_t>(std::llround(value));
    if (rounded > values.back()) values.push_back(rounded);
  }
  return values;
}

std::vector<std::int64_t> read_spread(const Node& node, const IntegerRange& range) {
  const auto from = node.integer("from", range);
  const auto to = node.integer("to", range);
  const auto steps = node.integer("steps", {2, max_steps});
  const bool log = node.choice("scale", {"linear", "log"}, "linear") == "log";
  if (from >= to) {
    node.fault(fmt::format("{} is not above \"from\", which is {}", to, from),
               "write an ascending range", "to");
    return {from};
  }
  if (log && from < 1) {
    node.fault(fmt::format("a log scale cannot start at {}", from),
               "list the values in \"values\", 0 among them", "from");
    return {from};
  }
  return spread(from, to, steps, log);
}

std::vector<std::int64_t> read_values(const Node& node, const IntegerRange& range) {
  std::vector<std::int64_t> values;
  std::set<std::int64_t> seen;
  const auto nodes = node.array("values");
  for (const Node& element : nodes) {
    const auto value = element.as_integer(range);
    if (seen.insert(value).second) {
      values.push_back(value);
    } else {
      element.fault(fmt::format("{} stands twice", value), "list each value once");
    }
  }
  if (nodes.empty()) node.fault("there are no values", "list the values to try", "values");
  return values;
}

Parameter read_parameter(const Node& node, const KnownKnobs& known) {
  node.ignore("comment");
  Parameter parameter;
  parameter.knob = node.text("knob");
  parameter.optional = node.boolean("optional", false);
  const auto range = range_of(node, "knob", parameter.knob, known);
  const bool listed = node.has("values");
  int range_fields = 0;
  for (const char* key : {"from", "to", "steps", "scale"})
    range_fields += node.has(key) ? 1 : 0;
  const bool ranged = range_fields > 0;
  if (listed && ranged)
    node.fault("both \"values\" and a range", "give either \"values\" or from, to, steps, scale");
  if (!listed && !ranged && node.is_object())
    node.fault("neither \"values\" nor a range", "give \"values\", or from, to, steps, scale");
  if (listed) parameter.values = read_values(node, range);
  if (ranged && !listed) parameter.values = read_spread(node, range);
  return parameter;
}

std::vector<Parameter> read_parameters(const Node& node, const KnownKnobs& known) {
  std::vector<Parameter> parameters;
  std::set<std::string> seen;
  const auto nodes = node.array("parameters");
  for (const Node& element : nodes) {
    parameters.push_back(read_parameter(element, known));
    if (!seen.insert(parameters.back().knob).second)
      element.fault(fmt::format("the knob {} is a parameter already", parameters.back().knob),
                    "list all its values in one parameter", "knob");
  }
  if (nodes.empty())
    node.fault("there are no parameters", "list at least one knob to tune", "parameters");
  return parameters;
}

Constraint::Kind read_kind(const Node& node) {
  std::vector<std::string> names;
  for (const auto& kind : kinds)
    names.emplace_back(kind.first);
  const std::string name = node.choice("kind", names);
  const auto found = std::find(names.begin(), names.end(), name) - names.begin();
  return kinds[static_cast<std::size_t>(found)].second;
}

std::vector<std::string> read_constraint_knobs(const Node& node,
                                               const std::vector<std::string>& in_space) {
  std::vector<std::string> knobs;
  for (const Node& element : node.array("knobs")) {
    const std::string knob = element.as_text();
    if (std::find(in_space.begin(), in_space.end(), knob) == in_space.end())
      element.fault(fmt::format("{} is no parameter of this space", knob),
                    did_you_mean(knob, in_space, "add it to the parameters, or leave it out"));
    if (std::find(knobs.begin(), knobs.end(), knob) != knobs.end())
      element.fault(fmt::format("{} stands twice", knob), "list each knob once");
    knobs.push_back(knob);
  }
  if (knobs.size() < 2)
    node.fault("fewer than two knobs", "a constraint ties two or more together", "knobs");
  return knobs;
}

}  // namespace

IntegerRange range_of(const Node& node, const std::string& key, const std::string& knob,
                      const KnownKnobs& known) {
  if (const auto found = known.find(knob); found != known.end())
    return {found->second.min, found->second.max};
  std::vector<std::string> names;
  for (const auto& entry : known)
    names.push_back(entry.first);
  node.fault(fmt::format("unknown knob '{}'", knob),
             did_you_mean(knob, names, "`moderato probe --all` lists the knobs"), key);
  return {};
}

Space read_space(const Node& node, const KnownKnobs& known) {
  Space space;
  space.parameters = read_parameters(node, known);
  std::vector<std::string> in_space;
  for (const Parameter& parameter : space.parameters)
    in_space.push_back(parameter.knob);
  for (const Node& element : node.array("constraints", true)) {
    element.ignore("comment");
    const auto kind = read_kind(element);
    space.constraints.push_back({kind, read_constraint_knobs(element, in_space)});
  }
  return space;
}

}  // namespace moderato
