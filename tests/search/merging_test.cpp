// SPDX-License-Identifier: Apache-2.0
#include "search/merging.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace moderato;

namespace {

const Space space{{{"rx-usecs", {3, 4, 5, 64}}, {"rx-frames", {1, 128}}}, {}};
const Settings baseline{{"rx-usecs", 16}, {"rx-frames", 128}};
const std::set<std::string> knobs{"rx-usecs", "rx-frames"};

/// What a driver makes of settings, or nothing where it refuses them.
using Driver = std::function<std::vector<Settings>(const Settings&)>;

Settings rounded(Settings settings, std::int64_t to) {
  settings.at("rx-usecs") -= settings.at("rx-usecs") % to;
  return settings;
}

ReadBacks read_all(const std::vector<Candidate>& candidates, const Driver& driver) {
  ReadBacks read{{0, driver(baseline)}};
  for (const Candidate& candidate : candidates) {
    auto shown = driver(candidate.settings);
    if (!shown.empty()) read[candidate.number] = std::move(shown);
  }
  return read;
}

std::vector<EqualValue> equal_for(const Driver& driver, const Space& of = space) {
  const auto all = enumerate(of, baseline);
  const auto some = candidates_to_read_back(knobs, baseline, all, 2, 1);
  return equal_values(of, baseline, some, read_all(some, driver));
}

}  // namespace

TEST_CASE("every value of every knob is written, in two settings of the others where there are") {
  const auto all = enumerate(space, baseline);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto some = candidates_to_read_back(knobs, baseline, all, 2, seed);
    for (const Parameter& parameter : space.parameters) {
      for (const std::int64_t value : parameter.values)
        CHECK(std::ranges::count_if(some, [&](const Candidate& c) {
                return c.settings.at(parameter.knob) == value;
              }) >= 2);
    }
  }
  CHECK(candidates_to_read_back({}, baseline, all, 2, 1).empty());
}

TEST_CASE("a driver that does as it is told has no equal values") {
  CHECK(equal_for([](const Settings& s) { return std::vector{s, s}; }).empty());
}

TEST_CASE(
    "values that a driver rounds to one are equal, and the one that it shows stands for them") {
  CHECK(equal_for([](const Settings& s) {
          return std::vector{rounded(s, 4), rounded(s, 4)};
        }) == std::vector<EqualValue>{{"rx-usecs", 5, 4}});
}

TEST_CASE("values that just one endpoint tells apart are not equal") {
  CHECK(equal_for([](const Settings& s) { return std::vector{rounded(s, 4), s}; }).empty());
}

TEST_CASE("values that are told apart in one setting of the other knobs are not equal") {
  CHECK(equal_for([](const Settings& s) {
          return std::vector{s.at("rx-frames") == 1 ? rounded(s, 64) : s};
        }).empty());
}

TEST_CASE("what is refused is equal to nothing, and does not keep others from being so") {
  const auto equal = equal_for([](const Settings& s) {
    return s.at("rx-usecs") == 64 ? std::vector<Settings>{} : std::vector{rounded(s, 4)};
  });
  CHECK(equal == std::vector<EqualValue>{{"rx-usecs", 5, 4}});
}

TEST_CASE("to a driver that keeps what it has all values are the baseline's") {
  const auto equal = equal_for([](const Settings&) { return std::vector{baseline}; });
  CHECK(equal.size() == 5);
  for (const EqualValue& value : equal)
    CHECK(value.same_as == baseline.at(value.knob));
  CHECK(merged(enumerate(space, baseline), equal, baseline).empty());
}

TEST_CASE("a knob that is none of the devices' has no equal values, whatever they show") {
  const auto of_devices = [](Settings settings) {
    settings.erase("rx-frames");  // as a knob of processes, which is not written
    return settings;
  };
  CHECK(equal_for([&](const Settings& s) { return std::vector{of_devices(s)}; }).empty());
  CHECK(equal_for([&](const Settings& s) { return std::vector{of_devices(rounded(s, 4))}; }) ==
        std::vector<EqualValue>{{"rx-usecs", 5, 4}});
}

TEST_CASE("of candidates that are the same to the driver one is left, the one it shows") {
  const auto all = enumerate(space, baseline);
  const std::vector<EqualValue> equal{{"rx-usecs", 3, 4}, {"rx-usecs", 5, 4}};
  const auto left = merged(all, equal, baseline);
  CHECK(left.size() == 4);
  for (const Candidate& candidate : left) {
    CHECK((candidate.settings.at("rx-usecs") == 4 || candidate.settings.at("rx-usecs") == 64));
    CHECK(std::ranges::find(all, candidate.settings, &Candidate::settings)->number ==
          candidate.number);
  }
  CHECK(std::ranges::is_sorted(left, {}, &Candidate::number));
}

TEST_CASE(
    "where constraints do not allow the value that stands for others, the first one is left") {
  const Space with_mode{{{"adaptive-rx", {1, 0}}, {"rx-usecs", {3, 4}}},
                        {{Constraint::Kind::fixed_unless_zero, {"adaptive-rx", "rx-usecs"}}}};
  const auto left =
      merged(enumerate(with_mode, {}), std::vector<EqualValue>{{"rx-usecs", 3, 4}}, {});
  REQUIRE(left.size() == 2);
  CHECK(left[0].settings == Settings{{"adaptive-rx", 1}, {"rx-usecs", 3}});
  CHECK(left[1].settings == Settings{{"adaptive-rx", 0}, {"rx-usecs", 4}});
}
