// SPDX-License-Identifier: Apache-2.0
#include "space/space.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "space/constraint.hpp"

namespace moderato {
namespace {

/// The values of the space's parameters, counted up like an odometer, last parameter fastest.
class Odometer {
 public:
  explicit Odometer(const std::vector<Parameter>& parameters)
      : parameters_(parameters), index_(parameters.size(), 0), values_(parameters.size()) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].values.empty()) {
        at_end_ = true;
      } else {
        values_[i] = parameters[i].values.front();
      }
    }
  }
  bool at_end() const { return at_end_; }
  void next() {
    for (std::size_t i = values_.size(); i-- > 0;) {
      const auto& choices = parameters_[i].values;
      index_[i] = (index_[i] + 1) % choices.size();
      values_[i] = choices[index_[i]];
      if (index_[i] != 0) return;
    }
    at_end_ = true;
  }
  const std::int64_t* value_of(const std::string& knob) const {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (parameters_[i].knob == knob) return &values_[i];
    }
    return nullptr;
  }
  Settings settings() const {
    Settings result;
    for (std::size_t i = 0; i < values_.size(); ++i)
      result[parameters_[i].knob] = values_[i];
    return result;
  }
  bool equals(const Settings& baseline) const {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const auto found = baseline.find(parameters_[i].knob);
      if (found == baseline.end() || found->second != values_[i]) return false;
    }
    return true;
  }

 private:
  const std::vector<Parameter>& parameters_;
  std::vector<std::size_t> index_;
  std::vector<std::int64_t> values_;
  bool at_end_ = false;
};

const std::int64_t* find(const Settings& settings, const std::string& knob) {
  const auto found = settings.find(knob);
  return found == settings.end() ? nullptr : &found->second;
}

/// Calls `visit` for every combination that the constraints allow, until it returns false.
template <typename Visit>
void walk_allowed(const Space& space, const Settings& baseline, Visit visit) {
  Odometer odometer(space.parameters);
  const auto value_of = [&](const std::string& knob) {
    const auto* value = odometer.value_of(knob);
    return value != nullptr ? value : find(baseline, knob);
  };
  std::vector<BoundConstraint> constraints;  // bound once: they see the odometer's values move
  for (const Constraint& constraint : space.constraints) {
    if (auto bound = bind_constraint(constraint, space.parameters, value_of))
      constraints.push_back(std::move(*bound));
  }
  for (; !odometer.at_end(); odometer.next()) {
    const bool allowed = std::none_of(constraints.begin(), constraints.end(), violated);
    if (allowed && !visit(odometer)) return;
  }
}

bool names(const std::vector<Parameter>& parameters, const std::string& knob) {
  return std::any_of(parameters.begin(), parameters.end(),
                     [&](const Parameter& parameter) { return parameter.knob == knob; });
}

}  // namespace

std::optional<std::string> violation(const Space& space, const Settings& settings,
                                     const Settings& baseline) {
  const auto value_of = [&](const std::string& knob) {
    const auto* value = find(settings, knob);
    return value != nullptr ? value : find(baseline, knob);
  };
  for (const Constraint& constraint : space.constraints) {
    const auto bound = bind_constraint(constraint, space.parameters, value_of);
    if (bound && violated(*bound)) return explain(*bound);
  }
  return std::nullopt;
}

std::vector<Constraint> universal_constraints(const std::vector<Parameter>& parameters) {
  using enum Constraint::Kind;
  const std::vector<Constraint> all{
      {not_all_zero, {"rx-usecs", "rx-frames"}},
      {not_all_zero, {"tx-usecs", "tx-frames"}},
      {ascending, {"rx-usecs-low", "rx-usecs-high"}},
      {ascending, {"tx-usecs-low", "tx-usecs-high"}},
      {ascending, {"rx-frames-low", "rx-frames-high"}},
      {ascending, {"tx-frames-low", "tx-frames-high"}},
      {strictly_ascending, {"pkt-rate-low", "pkt-rate-high"}},
      {strictly_ascending, {"srq-limit", "srq-size"}},
  };
  std::vector<Constraint> result;
  for (const Constraint& constraint : all) {
    if (std::any_of(constraint.knobs.begin(), constraint.knobs.end(),
                    [&](const std::string& knob) { return names(parameters, knob); }))
      result.push_back(constraint);
  }
  return result;
}

std::vector<Candidate> enumerate(const Space& space, const Settings& baseline) {
  std::vector<Candidate> result;
  walk_allowed(space, baseline, [&](const Odometer& odometer) {
    if (!odometer.equals(baseline))
      result.push_back({static_cast<int>(result.size()) + 1, odometer.settings()});
    return true;
  });
  return result;
}

bool any_allowed(const Space& space) {
  bool any = false;
  walk_allowed(space, {}, [&](const Odometer&) {
    any = true;
    return false;
  });
  return any;
}

std::int64_t combinations(const Space& space) {
  std::int64_t product = 1;
  bool saturated = false;
  for (const Parameter& parameter : space.parameters) {
    const auto count = static_cast<std::int64_t>(parameter.values.size());
    if (count == 0) return 0;
    saturated = saturated || __builtin_mul_overflow(product, count, &product);
  }
  return saturated ? INT64_MAX : product;
}

}  // namespace moderato
