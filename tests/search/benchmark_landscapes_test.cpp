// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "search/benchmark/queueing.hpp"
#include "search/benchmark/recorded.hpp"
#include "search/benchmark/shape.hpp"

using namespace moderato;
using namespace moderato::benchmark;

namespace {

constexpr const char* recorded = R"({
  "schema": "moderato-landscape/1", "name": "r", "description": "d", "load": "moderate",
  "parameters": [{"knob": "rx-usecs", "values": [3, 0, 10]}], "constraints": [],
  "baseline": {"rx-usecs": 3}, "anchors": [{"rx-usecs": 0}],
  "candidates": [{"settings": [0], "rounds": [[20, 10], [10, 10], [5, 10]]},
                 {"settings": [10], "rounds": [[null, 10], [null, 11]]}]})";

}  // namespace

TEST_CASE("the space of the tables has 888 points, the baseline among them") {
  const auto candidates = enumerate(moderation_space(), vendor_default());
  CHECK(candidates.size() == 887);
  CHECK(!violation(moderation_space(), vendor_default(), {}));
}

TEST_CASE(
    "the fair branch is a trap: the optimum and most of what is terrible are in the other one") {
  for (const int variant : {0, 1, 2, 3}) {
    for (const Landscape& landscape : queueing_landscapes(variant)) {
      CAPTURE(landscape.name);
      const Shape shape = shape_of(landscape);
      CHECK(shape.best.settings.at("adaptive-rx") == 0);
      CHECK(shape.mode_on.best > std::log(1.05));
      // Most of the adaptive branch is about as good as its best, and nothing in it is terrible.
      CHECK(shape.mode_on.median < shape.mode_on.best + std::log(1.25));
      CHECK(shape.mode_on.worst < std::log(4));
      CHECK(shape.mode_off.worst > std::log(8));
    }
  }
}

TEST_CASE("the optimum of a table is narrow, and not what documents recommend") {
  int found = 0;
  for (const Landscape& landscape : queueing_landscapes()) {
    CAPTURE(landscape.name);
    const Shape shape = shape_of(landscape);
    CHECK(shape.within_2 < 0.04);
    CHECK(shape.within_10 < 0.08);
    CHECK(shape.anchors.size() == landscape.anchors.size());
    if (std::ranges::min(shape.anchors) < std::log(1.02)) ++found;
  }
  CHECK(found == 1);  // small messages: no moderation
}

TEST_CASE("nothing is gained by waiting where messages are alone") {
  const Traffic alone{.bursts_per_us = 0.001};
  CHECK(moderated_us(alone, 0, 1) < moderated_us(alone, 8, 8));
  CHECK(moderated_us(alone, 8, 8) < moderated_us(alone, 64, 8));
  CHECK(moderated_us(alone, 5, 1) == moderated_us(alone, 50, 1));
}

TEST_CASE("a busy host needs fewer interrupts, and a full ring loses packets") {
  const Traffic busy{.burst = 4, .gap = 0.5, .bursts_per_us = 0.1};
  CHECK(moderated_us(busy, 0, 1) > moderated_us(busy, 10, 8));
  Traffic small = busy;
  small.ring = 8;
  CHECK(moderated_us(small, 200, 256) > moderated_us(busy, 200, 256));
}

TEST_CASE("a variant has other values and the same candidates") {
  const auto made = queueing_landscapes(0), altered = queueing_landscapes(1);
  REQUIRE(made.size() == altered.size());
  for (std::size_t i = 0; i < made.size(); ++i) {
    CHECK(altered[i].name == made[i].name + "#1");
    CHECK(altered[i].candidates.size() == made[i].candidates.size());
    CHECK(altered[i].truth != made[i].truth);
    CHECK(altered[i].truth == queueing_landscapes(1)[i].truth);
  }
}

TEST_CASE(
    "the truth of a recorded candidate is its median round, and what always failed has none") {
  const auto landscape = parse_landscape(recorded, "r.json");
  REQUIRE(landscape.has_value());
  REQUIRE(landscape->candidates.size() == 2);
  CHECK(landscape->candidates[0].settings == Settings{{"rx-usecs", 0}});
  CHECK(landscape->truth[0] == 0);
  CHECK(landscape->truth[1] == doctest::Approx(0));
  CHECK(landscape->residuals[1].size() == 3);
  CHECK(std::ranges::max(landscape->residuals[1]) == doctest::Approx(std::log(2)));
  CHECK(std::isnan(landscape->truth[2]));
  CHECK(std::isinf(regret(*landscape, 2)));
}

TEST_CASE("a bad recorded landscape is refused with its file's name") {
  for (const char* text : {"{", "{}", R"({"schema": "moderato-landscape/2"})"}) {
    const auto refused = parse_landscape(text, "bad.json");
    REQUIRE(!refused);
    CHECK(refused.error().message.starts_with("bad.json: "));
  }
}

TEST_CASE("every landscape that was recorded can be searched") {
  const auto all = recorded_landscapes(MODERATO_SOURCE_DIR "/tests/landscapes");
  REQUIRE(all.has_value());
  REQUIRE(!all->empty());
  for (const Landscape& landscape : *all) {
    CAPTURE(landscape.name);
    CHECK(landscape.candidates.size() >= 30);
    for (const Candidate& candidate : landscape.candidates) {
      CHECK(!violation(landscape.space, candidate.settings, landscape.baseline));
      CHECK(candidate.settings != landscape.baseline);
    }
    CHECK(shape_of(landscape).anchors.size() == landscape.anchors.size());
  }
}
