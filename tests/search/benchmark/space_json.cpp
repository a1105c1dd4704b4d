// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/space_json.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace moderato::benchmark {
namespace {

using Kind = Constraint::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 6> kinds{
    {{"not_all_zero", Kind::not_all_zero},
     {"ascending", Kind::ascending},
     {"strictly_ascending", Kind::strictly_ascending},
     {"zero_together", Kind::zero_together},
     {"fixed_unless_zero", Kind::fixed_unless_zero},
     {"fixed_if_zero", Kind::fixed_if_zero}}};

std::string_view name_of(Kind kind) {
  return std::ranges::find(kinds, kind, &std::pair<std::string_view, Kind>::second)->first;
}

Constraint decode_constraint(const nlohmann::json& json) {
  const auto name = json.at("kind").get<std::string>();
  const auto* const found =
      std::ranges::find(kinds, name, &std::pair<std::string_view, Kind>::first);
  if (found == kinds.end())
    throw nlohmann::json::other_error::create(501, "unknown kind " + name, &json);
  return {found->second, json.at("knobs").get<std::vector<std::string>>()};
}

}  // namespace

nlohmann::json encode_space(const Space& space) {
  nlohmann::json parameters = nlohmann::json::array(), constraints = nlohmann::json::array();
  for (const Parameter& parameter : space.parameters)
    parameters.push_back({{"knob", parameter.knob}, {"values", parameter.values}});
  for (const Constraint& constraint : space.constraints)
    constraints.push_back({{"kind", name_of(constraint.kind)}, {"knobs", constraint.knobs}});
  return {{"parameters", parameters}, {"constraints", constraints}};
}

Space decode_space(const nlohmann::json& json) {
  Space space;
  for (const auto& parameter : json.at("parameters"))
    space.parameters.push_back({parameter.at("knob").get<std::string>(),
                                parameter.at("values").get<std::vector<std::int64_t>>()});
  for (const auto& constraint : json.at("constraints"))
    space.constraints.push_back(decode_constraint(constraint));
  return space;
}

}  // namespace moderato::benchmark
