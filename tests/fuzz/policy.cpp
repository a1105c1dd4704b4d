// SPDX-License-Identifier: Apache-2.0
// Policy documents.
#include "policy/policy.hpp"

#include <algorithm>

#include "cli/knob_ranges.hpp"
#include "fuzz/property.hpp"

using namespace moderato;
using namespace moderato::fuzz;

namespace {

using KnownKnobs = std::map<std::string, KnobRange>;

const KnownKnobs& known_knobs() {
  static const KnownKnobs known = [] {
    KnownKnobs all;
    for (const auto& ranges : {device_knob_ranges(), process_knob_ranges()})
      for (const auto& [knob, range] : ranges)
        all[knob] = {range.first, range.second};
    return all;
  }();
  return known;
}

void plain(const std::string& name) {
  holds(!name.empty() && name.front() != '.' && name.find('/') == std::string::npos,
        "a name is one plain part of a path");
}

void settable(const Parameter& parameter) {
  const auto known = known_knobs().find(parameter.knob);
  holds(known != known_knobs().end(), "only known knobs are searched");
  holds(!parameter.values.empty(), "a parameter has values");
  for (const std::int64_t value : parameter.values)
    holds(value >= known->second.min && value <= known->second.max,
          "only values that a knob takes are searched");
}

/// Signed overflow in here is what the sanitizer looks for.
void countable(const Policy& policy) {
  const auto all = combinations(policy.space);
  holds(all >= 1 && all <= 1'000'000, "the grid can be walked");
  const int candidates = searched_at_most(policy.search, static_cast<int>(all));
  holds(candidates >= 1 && candidates <= all, "something is searched, and no more than there is");
  int probing = 0;
  for (const Parameter& parameter : policy.space.parameters)
    probing +=
        probing_contexts * static_cast<int>(std::min<std::size_t>(parameter.values.size(), 2));
  holds(planned_trials(policy.plan, candidates, probing) > 0, "the plan has trials");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = text_of(data, size);
  const auto policy = parse_policy(text, std::string(source), known_knobs());
  if (!policy) {
    refused_well(policy.error());
    return 0;
  }
  plain(policy->name);
  plain(policy->workload_class);
  holds(!policy->workloads.empty(), "something is measured");
  for (const WorkloadUse& use : policy->workloads)
    plain(use.name);
  std::ranges::for_each(policy->space.parameters, settable);
  holds(any_allowed(policy->space), "the constraints allow something");
  countable(*policy);
  holds(!parse_policy(with_unknown_field(text), std::string(source), known_knobs()),
        "an unknown field is refused");
  return 0;
}
