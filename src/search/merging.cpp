// SPDX-License-Identifier: Apache-2.0
#include "search/merging.hpp"

#include <algorithm>
#include <random>
#include <tuple>

#include "search/contexts.hpp"

namespace moderato {
namespace {

/// Of one knob: value -> what was read back of it, by the settings of the other knobs.
using Shown = std::map<std::int64_t, std::map<Settings, std::vector<Settings>>>;

Shown shown(const std::string& knob, std::span<const Candidate> candidates,
            const ReadBacks& read_backs) {
  Shown result;
  for (const Candidate& candidate : candidates) {
    const auto read = read_backs.find(candidate.number);
    if (read == read_backs.end() || !candidate.settings.contains(knob)) continue;
    result[candidate.settings.at(knob)][without(candidate.settings, {knob})] = read->second;
  }
  return result;
}

/// A knob of processes is not written to the devices, so that their silence says nothing of it.
bool is_shown(const std::string& knob, const ReadBacks& read_backs) {
  return std::ranges::any_of(read_backs, [&](const auto& read) {
    return std::ranges::any_of(read.second,
                               [&](const Settings& shown) { return shown.contains(knob); });
  });
}

bool told_apart(const Shown& shown, std::int64_t a, std::int64_t b) {
  bool met = false;
  for (const auto& [others, read_a] : shown.at(a)) {
    const auto read_b = shown.at(b).find(others);
    if (read_b == shown.at(b).end()) continue;
    if (read_a != read_b->second) return true;
    met = true;
  }
  return !met;
}

bool shows_itself(const std::string& knob, const Shown& shown, std::int64_t value) {
  return std::ranges::all_of(shown.at(value), [&](const auto& context) {
    return std::ranges::all_of(context.second, [&](const Settings& read) {
      const auto now = read.find(knob);
      return now != read.end() && now->second == value;
    });
  });
}

/// The values that were read back, those first which may stand for others.
std::vector<std::int64_t> by_precedence(const Parameter& parameter, const Settings& baseline,
                                        const Shown& shown) {
  const auto before = baseline.find(parameter.knob);
  std::vector<std::int64_t> values;
  if (before != baseline.end()) values.push_back(before->second);
  for (const std::int64_t value : parameter.values)
    if (before == baseline.end() || value != before->second) values.push_back(value);
  std::erase_if(values, [&](std::int64_t value) { return !shown.contains(value); });
  std::ranges::stable_partition(
      values, [&](std::int64_t value) { return shows_itself(parameter.knob, shown, value); });
  return values;
}

Settings with_equal_values(Settings settings, std::span<const EqualValue> equal) {
  for (auto& setting : settings) {
    const auto other = std::ranges::find_if(equal, [&](const EqualValue& one) {
      return one.knob == setting.first && one.value == setting.second;
    });
    if (other != equal.end()) setting.second = other->same_as;
  }
  return settings;
}

}  // namespace

std::vector<Candidate> candidates_to_read_back(const std::set<std::string>& knobs,
                                               const Settings& baseline,
                                               std::span<const Candidate> candidates, int contexts,
                                               std::uint64_t seed) {
  std::vector<Candidate> all(candidates.begin(), candidates.end());
  if (!baseline.empty()) all.push_back({0, baseline});
  std::mt19937_64 random(seed);
  std::set<int> chosen;
  for (const std::string& knob : knobs) {
    const Contexts of_knob = contexts_of(knob, all);
    for (const auto* context :
         choose(of_knob, without(baseline, {knob}), static_cast<std::size_t>(contexts), random)) {
      for (const Candidate* candidate : context->second)
        chosen.insert(candidate->number);
    }
  }
  return numbered(candidates, chosen);
}

std::vector<EqualValue> equal_values(const Space& space, const Settings& baseline,
                                     std::span<const Candidate> candidates,
                                     const ReadBacks& read_backs) {
  std::vector<Candidate> all(candidates.begin(), candidates.end());
  if (!baseline.empty()) all.push_back({0, baseline});
  std::vector<EqualValue> result;
  for (const Parameter& parameter : space.parameters) {
    if (!is_shown(parameter.knob, read_backs)) continue;
    const Shown of_knob = shown(parameter.knob, all, read_backs);
    std::vector<std::int64_t> distinct;
    for (const std::int64_t value : by_precedence(parameter, baseline, of_knob)) {
      const auto same = std::ranges::find_if(
          distinct, [&](std::int64_t other) { return !told_apart(of_knob, value, other); });
      if (same == distinct.end())
        distinct.push_back(value);
      else
        result.push_back({parameter.knob, value, *same});
    }
  }
  return result;
}

std::vector<Candidate> merged(std::span<const Candidate> candidates,
                              std::span<const EqualValue> equal, const Settings& baseline) {
  std::map<Settings, const Candidate*> kept;
  for (const Candidate& candidate : candidates) {
    const Settings common = with_equal_values(candidate.settings, equal);
    const auto [there, fresh] = kept.try_emplace(common, &candidate);
    if (!fresh && candidate.settings == common) there->second = &candidate;
  }
  kept.erase(with_equal_values(baseline, equal));
  std::vector<Candidate> result;
  for (const auto& [common, candidate] : kept)
    result.push_back(*candidate);
  std::ranges::sort(result, {}, &Candidate::number);
  return result;
}

}  // namespace moderato
