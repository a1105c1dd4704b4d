// SPDX-License-Identifier: Apache-2.0
#include "space/space.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

using namespace moderato;
using enum Constraint::Kind;

namespace {

const Settings nothing;

bool allowed(const Constraint& constraint, const Settings& settings) {
  return !violation({.constraints = {constraint}}, settings, nothing).has_value();
}

/// The definition, by recursion over the parameters: all combinations, then those without a
/// violation that are not the baseline.
void all_combinations(const Space& space, std::size_t from, Settings so_far,
                      std::vector<Settings>& into) {
  if (from == space.parameters.size()) {
    into.push_back(so_far);
    return;
  }
  for (const auto value : space.parameters[from].values) {
    so_far[space.parameters[from].knob] = value;
    all_combinations(space, from + 1, so_far, into);
  }
}

bool is_baseline(const Settings& settings, const Settings& baseline) {
  return std::ranges::all_of(settings, [&](const auto& setting) {
    const auto found = baseline.find(setting.first);
    return found != baseline.end() && found->second == setting.second;
  });
}

std::vector<Settings> brute_force(const Space& space, const Settings& baseline) {
  std::vector<Settings> all;
  all_combinations(space, 0, {}, all);
  std::erase_if(all, [&](const Settings& settings) {
    return violation(space, settings, baseline) || is_baseline(settings, baseline);
  });
  return all;
}

const std::vector<std::string> knobs{"a", "b", "c", "d"};

Space random_space(std::mt19937& random) {
  const auto below = [&](int n) { return std::uniform_int_distribution(0, n - 1)(random); };
  Space space;
  for (int p = 0; p < 1 + below(4); ++p) {
    std::vector<std::int64_t> values{0, 1, 2, 3, 4};
    std::ranges::shuffle(values, random);
    values.resize(1 + below(4));
    space.parameters.push_back({knobs[p], values});
  }
  for (int c = below(4); c > 0; --c) {
    auto chosen = knobs;
    std::ranges::shuffle(chosen, random);
    chosen.resize(2 + below(2));
    space.constraints.push_back({static_cast<Constraint::Kind>(below(5)), chosen});
  }
  return space;
}

Settings random_baseline(std::mt19937& random) {
  Settings baseline;
  for (const auto& knob : knobs) {
    if (random() % 4 != 0) baseline[knob] = static_cast<std::int64_t>(random() % 4);
  }
  return baseline;
}

}  // namespace

TEST_CASE("not all zero: one of them must be non-zero") {
  const Constraint constraint{not_all_zero, {"a", "b"}};
  CHECK(!allowed(constraint, {{"a", 0}, {"b", 0}}));
  CHECK(allowed(constraint, {{"a", 1}, {"b", 0}}));
  CHECK(allowed(constraint, {{"a", 0}, {"b", 1}}));
}

TEST_CASE("ascending lets equal values pass, strictly ascending does not") {
  CHECK(allowed({ascending, {"a", "b", "c"}}, {{"a", 1}, {"b", 1}, {"c", 2}}));
  CHECK(!allowed({ascending, {"a", "b", "c"}}, {{"a", 1}, {"b", 3}, {"c", 2}}));
  CHECK(allowed({strictly_ascending, {"a", "b"}}, {{"a", 1}, {"b", 2}}));
  CHECK(!allowed({strictly_ascending, {"a", "b"}}, {{"a", 2}, {"b", 2}}));
}

TEST_CASE("zero together: all or none") {
  const Constraint constraint{zero_together, {"a", "b"}};
  CHECK(allowed(constraint, {{"a", 0}, {"b", 0}}));
  CHECK(allowed(constraint, {{"a", 1}, {"b", 5}}));
  CHECK(!allowed(constraint, {{"a", 1}, {"b", 0}}));
  CHECK(!allowed(constraint, {{"a", 0}, {"b", 5}}));
}

TEST_CASE("fixed unless zero: while the first is non-zero the others keep the first listed value") {
  const Space space{{{"adaptive", {0, 1}}, {"usecs", {16, 0, 64}}},
                    {{fixed_unless_zero, {"adaptive", "usecs"}}}};
  CHECK(!violation(space, {{"adaptive", 1}, {"usecs", 16}}, nothing));
  CHECK(violation(space, {{"adaptive", 1}, {"usecs", 0}}, nothing));
  CHECK(!violation(space, {{"adaptive", 0}, {"usecs", 0}}, nothing));
  // Without adaptive: 3; with: 1.
  CHECK(enumerate(space, nothing).size() == 4);
}

TEST_CASE("fixed unless zero binds only knobs that the space varies") {
  const Space space{{{"adaptive", {0, 1}}}, {{fixed_unless_zero, {"adaptive", "usecs"}}}};
  CHECK(!violation(space, {{"adaptive", 1}}, {{"usecs", 7}}));
}

TEST_CASE("fixed if zero: while the first is zero the others keep the first listed value") {
  const Space space{{{"adaptive", {0, 1}}, {"low", {0, 20}}, {"high", {128, 1000}}},
                    {{fixed_if_zero, {"adaptive", "low", "high"}}}};
  CHECK(!violation(space, {{"adaptive", 0}, {"low", 0}, {"high", 128}}, nothing));
  CHECK(violation(space, {{"adaptive", 0}, {"low", 0}, {"high", 1000}}, nothing));
  CHECK(!violation(space, {{"adaptive", 1}, {"low", 20}, {"high", 1000}}, nothing));
  // With adaptive: 4; without: 1.
  CHECK(enumerate(space, nothing).size() == 5);
}

TEST_CASE("a mode fixes those of its knobs that there are") {
  for (const auto kind : {fixed_unless_zero, fixed_if_zero}) {
    const std::int64_t on = kind == fixed_unless_zero ? 1 : 0;
    const Space space{{{"adaptive", {0, 1}}, {"usecs", {16, 64}}},
                      {{kind, {"adaptive", "frames", "usecs"}}}};
    CHECK(violation(space, {{"adaptive", on}, {"usecs", 64}}, nothing));
    CHECK(enumerate(space, nothing).size() == 3);
    // Without the mode there is nothing to fix them.
    const Space modeless{{{"usecs", {16, 64}}}, {{kind, {"adaptive", "frames", "usecs"}}}};
    CHECK(enumerate(modeless, nothing).size() == 2);
  }
}

TEST_CASE("a knob that the settings do not hold is taken from the baseline") {
  const Space space{.constraints = {{not_all_zero, {"a", "b"}}}};
  CHECK(violation(space, {{"a", 0}}, {{"b", 0}}));
  CHECK(!violation(space, {{"a", 0}}, {{"b", 1}}));
  CHECK(violation(space, {{"a", 0}, {"b", 0}}, {{"b", 1}}));
}

TEST_CASE("a constraint over a knob that nobody knows is not checked") {
  CHECK(!violation({.constraints = {{not_all_zero, {"a", "b"}}}}, {{"a", 0}}, nothing));
}

TEST_CASE("a violation is told in words, with the values") {
  const Space space{.constraints = {{ascending, {"low", "high"}}}};
  CHECK(violation(space, {{"low", 9}, {"high", 3}}, nothing) ==
        "low=9 high=3: none may be above the next");
}

TEST_CASE("the first violated constraint is the one that is told") {
  const Space space{.constraints = {{ascending, {"a", "b"}}, {not_all_zero, {"a", "b"}}}};
  CHECK(violation(space, {{"a", 0}, {"b", 0}}, nothing) == "a=0 b=0: not all of them may be 0");
}

TEST_CASE("every driver's demands come with the knobs that the space names") {
  CHECK(universal_constraints({}).empty());
  CHECK(universal_constraints({{"gro-flush-timeout", {0}}}).empty());
  const auto rx = universal_constraints({{"rx-usecs", {0}}});
  REQUIRE(rx.size() == 1);
  CHECK(rx[0].kind == not_all_zero);
  CHECK(rx[0].knobs == std::vector<std::string>{"rx-usecs", "rx-frames"});
  const auto rest = universal_constraints(
      {{"rx-usecs-low", {0}}, {"rx-usecs-high", {0}}, {"pkt-rate-high", {0}}});
  REQUIRE(rest.size() == 2);
  CHECK(rest[0].kind == ascending);
  CHECK(rest[1].kind == strictly_ascending);
}

TEST_CASE("candidates are numbered from 1, the first parameter slowest") {
  const auto candidates = enumerate({{{"a", {5, 3}}, {"b", {2, 1}}}, {}}, nothing);
  REQUIRE(candidates.size() == 4);
  const std::vector<Settings> expected{
      {{"a", 5}, {"b", 2}}, {{"a", 5}, {"b", 1}}, {{"a", 3}, {"b", 2}}, {{"a", 3}, {"b", 1}}};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(candidates[i].number == static_cast<int>(i) + 1);
    CHECK(candidates[i].settings == expected[i]);
  }
}

TEST_CASE("the baseline is no candidate, also where it sets more knobs than the space has") {
  CHECK(enumerate({{{"a", {1, 2}}}, {}}, {{"a", 2}, {"z", 9}}).size() == 1);
  CHECK(enumerate({{{"a", {1, 2}}}, {}}, {{"z", 9}}).size() == 2);
}

TEST_CASE("an empty space and an empty parameter have no candidates") {
  CHECK(enumerate({}, nothing).empty());
  CHECK(enumerate({{{"a", {1, 2}}, {"b", {}}}, {}}, nothing).empty());
  CHECK(combinations({}) == 1);
  CHECK(combinations({{{"a", {1, 2}}, {"b", {}}}, {}}) == 0);
}

TEST_CASE("whether anything is allowed is what the enumeration without a baseline shows") {
  std::mt19937 random(11);
  int none = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    const Space space = random_space(random);
    REQUIRE(any_allowed(space) == !enumerate(space, nothing).empty());
    none += any_allowed(space) ? 0 : 1;
  }
  CHECK(none > 20);
}

TEST_CASE("what is enumerated is exactly what the definition allows, in its order") {
  std::mt19937 random(7);
  std::size_t total = 0, cut = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    const Space space = random_space(random);
    const Settings baseline = random_baseline(random);
    const auto expected = brute_force(space, baseline);
    const auto candidates = enumerate(space, baseline);
    REQUIRE(candidates.size() == expected.size());
    std::set<Settings> seen;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const Settings& settings = candidates[i].settings;
      REQUIRE(settings == expected[i]);
      REQUIRE(!violation(space, settings, baseline));
      REQUIRE(seen.insert(settings).second);
      REQUIRE(!is_baseline(settings, baseline));
    }
    total += candidates.size();
    cut += static_cast<std::size_t>(combinations(space)) - candidates.size();
  }
  CHECK(total > 10'000);  // the spaces were not trivially empty,
  CHECK(cut > 10'000);    // nor without effect of constraints and baseline
}

TEST_CASE("a space of 10^5 combinations is walked, and only the allowed ones are held") {
  Space space;
  for (const auto& knob : {"a", "b", "c", "d", "e"})
    space.parameters.push_back({knob, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}});
  space.constraints.push_back({strictly_ascending, {"a", "b", "c", "d", "e"}});
  CHECK(combinations(space) == 100'000);
  CHECK(enumerate(space, nothing).size() == 252);  // 10 over 5
}

TEST_CASE("the number of combinations saturates instead of overflowing") {
  Space space;
  for (int i = 0; i < 64; ++i)
    space.parameters.push_back({std::to_string(i), {0, 1, 2}});
  CHECK(combinations(space) == INT64_MAX);
  space.parameters.push_back({"none", {}});
  CHECK(combinations(space) == 0);
}
