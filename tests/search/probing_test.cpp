// SPDX-License-Identifier: Apache-2.0
#include "search/probing.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace moderato;

namespace {

const Space space{{{"rx-usecs", {1, 8, 64}}, {"rx-frames", {1, 16, 128}}, {"srq-limit", {4, 32}}},
                  {}};
const Settings baseline{{"rx-usecs", 8}, {"rx-frames", 128}, {"srq-limit", 4}};

std::vector<Candidate> probing(const Space& of, const Settings& from, int contexts,
                               std::uint64_t seed = 1) {
  return probing_candidates(of, from, enumerate(of, from), contexts, seed);
}

Settings without(Settings settings, const std::string& knob) {
  settings.erase(knob);
  return settings;
}

/// In how many settings of the other knobs `low` and `high` of the knob meet.
int meetings(const std::vector<Candidate>& candidates, const Settings& from,
             const std::string& knob, std::int64_t low, std::int64_t high) {
  std::vector<Candidate> all = candidates;
  all.push_back({0, from});
  int count = 0;
  for (const Candidate& a : all)
    for (const Candidate& b : all)
      count += a.settings.at(knob) == low && b.settings.at(knob) == high &&
               without(a.settings, knob) == without(b.settings, knob);
  return count;
}

}  // namespace

TEST_CASE("the extremes of each knob meet with all else equal, in as many settings as asked for") {
  for (const int contexts : {1, 2, 3}) {
    CAPTURE(contexts);
    const auto chosen = probing(space, baseline, contexts);
    CHECK(meetings(chosen, baseline, "rx-usecs", 1, 64) >= contexts);
    CHECK(meetings(chosen, baseline, "rx-frames", 1, 128) >= contexts);
    CHECK(meetings(chosen, baseline, "srq-limit", 4, 32) >= contexts);
    CHECK(chosen.size() <= static_cast<std::size_t>(2 * 3 * contexts));
  }
}

TEST_CASE("the surroundings of the baseline are among the settings in which a knob is probed") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto chosen = probing(space, baseline, 1, seed);
    for (const auto& [low, high] : {std::pair{1, 64}})
      CHECK(std::ranges::any_of(chosen, [&](const Candidate& c) {
        return without(c.settings, "rx-usecs") == without(baseline, "rx-usecs") &&
               (c.settings.at("rx-usecs") == low || c.settings.at("rx-usecs") == high);
      }));
  }
}

TEST_CASE("a mode that hides a knob does not keep it from being probed without the mode") {
  const Space with_mode{{{"adaptive-rx", {1, 0}}, {"rx-usecs", {8, 64}}},
                        {{Constraint::Kind::fixed_unless_zero, {"adaptive-rx", "rx-usecs"}}}};
  const Settings adaptive{{"adaptive-rx", 1}, {"rx-usecs", 8}};
  const auto chosen = probing(with_mode, adaptive, 2);
  CHECK(std::ranges::count_if(
            chosen, [](const Candidate& c) { return c.settings.at("adaptive-rx") == 0; }) == 2);
}

TEST_CASE("the same seed probes with the same candidates") {
  const auto numbers = [](const std::vector<Candidate>& candidates) {
    std::vector<int> result;
    for (const Candidate& candidate : candidates)
      result.push_back(candidate.number);
    return result;
  };
  CHECK(numbers(probing(space, baseline, 2, 7)) == numbers(probing(space, baseline, 2, 7)));
}

TEST_CASE("a baseline outside the space is no context of it") {
  const Settings elsewhere{{"rx-usecs", 5}, {"rx-frames", 5}, {"srq-limit", 5}};
  const auto chosen = probing(space, elsewhere, 1);
  CHECK_FALSE(chosen.empty());
  CHECK(probing(space, {}, 1).size() >= 4);  // endpoints that differ have no baseline
}

TEST_CASE("without an inert knob one candidate is left of those that differ in nothing else") {
  const auto all = enumerate(space, baseline);
  const auto left = without_inert(all, {"rx-frames"}, baseline);
  CHECK(left.size() == 5);  // 3 x 2, less the baseline's own
  for (const Candidate& candidate : left) {
    CHECK(candidate.settings.at("rx-frames") == 128);  // the baseline's value
    CHECK(without(candidate.settings, "rx-frames") != without(baseline, "rx-frames"));
  }
  CHECK(std::ranges::is_sorted(left, {}, &Candidate::number));
  CHECK(without_inert(all, {}, baseline).size() == all.size());
  CHECK(without_inert(all, {"rx-usecs", "rx-frames", "srq-limit"}, baseline).empty());
}
