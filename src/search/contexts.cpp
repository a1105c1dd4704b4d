// SPDX-License-Identifier: Apache-2.0
#include "search/contexts.hpp"

#include <algorithm>

#include "core/shuffle.hpp"

namespace moderato {

Settings without(Settings settings, const std::set<std::string>& knobs) {
  std::erase_if(settings, [&](const auto& setting) { return knobs.contains(setting.first); });
  return settings;
}

Contexts contexts_of(const std::string& knob, std::span<const Candidate> candidates) {
  Contexts contexts;
  for (const Candidate& candidate : candidates)
    contexts[without(candidate.settings, {knob})].push_back(&candidate);
  std::erase_if(contexts, [](const auto& context) { return context.second.size() < 2; });
  return contexts;
}

std::vector<const Contexts::value_type*> choose(const Contexts& contexts, const Settings& preferred,
                                                std::size_t count, std::mt19937_64& random) {
  std::vector<const Contexts::value_type*> order;
  for (const auto& context : contexts)
    order.push_back(&context);
  shuffle(order, random);
  std::ranges::stable_partition(order, [&](const auto* c) { return c->first == preferred; });
  order.resize(std::min(order.size(), count));
  return order;
}

std::vector<Candidate> numbered(std::span<const Candidate> candidates,
                                const std::set<int>& numbers) {
  std::vector<Candidate> result;
  std::ranges::copy_if(candidates, std::back_inserter(result),
                       [&](const Candidate& c) { return numbers.contains(c.number); });
  return result;
}

}  // namespace moderato
