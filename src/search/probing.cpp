// SPDX-License-Identifier: Apache-2.0
#include "search/probing.hpp"

#include <algorithm>
#include <map>
#include <random>

#include "search/contexts.hpp"

namespace moderato {
namespace {

int changed(const Settings& settings, const std::set<std::string>& knobs,
            const Settings& baseline) {
  return static_cast<int>(std::ranges::count_if(settings, [&](const auto& setting) {
    const auto before = baseline.find(setting.first);
    return knobs.contains(setting.first) && before != baseline.end() &&
           before->second != setting.second;
  }));
}

}  // namespace

std::vector<Candidate> probing_candidates(const Space& space, const Settings& baseline,
                                          std::span<const Candidate> candidates, int contexts,
                                          std::uint64_t seed) {
  std::vector<Candidate> all(candidates.begin(), candidates.end());
  if (!baseline.empty() && !violation(space, baseline, baseline)) all.push_back({0, baseline});
  std::mt19937_64 random(seed);
  std::set<int> chosen;
  for (const Parameter& parameter : space.parameters) {
    const Contexts of_knob = contexts_of(parameter.knob, all);
    const Settings here = without(baseline, {parameter.knob});
    for (const auto* context : choose(of_knob, here, static_cast<std::size_t>(contexts), random)) {
      const auto value = [&](const Candidate* c) { return c->settings.at(parameter.knob); };
      const auto [least, most] = std::ranges::minmax_element(context->second, {}, value);
      chosen.insert({(*least)->number, (*most)->number});
    }
  }
  return numbered(candidates, chosen);
}

std::vector<Candidate> without_inert(std::span<const Candidate> candidates,
                                     const std::set<std::string>& inert, const Settings& baseline) {
  std::map<Settings, const Candidate*> closest;
  for (const Candidate& candidate : candidates) {
    const auto [there, fresh] = closest.try_emplace(without(candidate.settings, inert), &candidate);
    if (!fresh && changed(candidate.settings, inert, baseline) <
                      changed(there->second->settings, inert, baseline))
      there->second = &candidate;
  }
  closest.erase(without(baseline, inert));
  std::vector<Candidate> result;
  for (const auto& [others, candidate] : closest)
    result.push_back(*candidate);
  std::ranges::sort(result, {}, &Candidate::number);
  return result;
}

}  // namespace moderato
