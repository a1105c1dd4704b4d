// SPDX-License-Identifier: Apache-2.0
#include "stats/importance.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

#include "contaminated.hpp"

namespace moderato {

using Groups = std::vector<std::vector<double>>;

TEST_CASE("a knob that decides everything explains everything, one that does nothing nothing") {
  CHECK(explained_share(Groups{{1, 1, 1}, {2, 2}, {9, 9}}).value() == doctest::Approx(1));
  CHECK(explained_share(Groups{{1, 2, 3}, {3, 2, 1}}).value() == doctest::Approx(0));
}

TEST_CASE("one terrible setting does not count for all") {
  // Squares of the ranks within: 2 of 4 degrees of freedom each; of all: 17.5, of 5.
  const auto usual = explained_share(Groups{{1, 2, 3}, {4, 5, 6}});
  CHECK(usual.value() == doctest::Approx(1 - (4.0 / 4) / (17.5 / 5)));
  CHECK(explained_share(Groups{{1, 2, 3}, {4, 5, 6000}}) == usual);
}

TEST_CASE("a knob that does nothing explains nothing on average, however many values it has") {
  constexpr std::size_t candidates = 20, studies = 1000;
  ContaminatedNoise noise(5);
  for (const std::size_t values : {2, 4, 7, 12}) {
    std::vector<double> shares;
    double sum = 0;
    for (std::size_t study = 0; study < studies; ++study) {
      Groups groups(values);
      for (std::size_t i = 0; i < candidates; ++i)
        groups[i % values].push_back(noise.normal());
      shares.push_back(explained_share(groups).value());
      sum += shares.back();
    }
    std::ranges::sort(shares);
    CAPTURE(values);
    CHECK(shares[studies / 3] == 0);
    CHECK(shares[studies / 2] < 0.05);
    CHECK(sum / studies < 0.15);  // what is below 0 by chance counts as 0
  }
}

TEST_CASE("where each value has one candidate nobody can tell what the knob explains") {
  CHECK_FALSE(explained_share(Groups{{1}, {2}, {9}, {4}}));
  CHECK(explained_share(Groups{{1}, {2}, {9, 9}, {4}}));
  CHECK_FALSE(explained_share(Groups{}));
}

TEST_CASE("one group and equal values explain nothing") {
  CHECK(explained_share(Groups{{1, 2, 3}}).value() == doctest::Approx(0));
  CHECK(explained_share(Groups{{1, 1}, {1}}) == 0);
  CHECK_THROWS_AS(explained_share(Groups{{1, 0.0 / 0.0}}), std::invalid_argument);
}

}  // namespace moderato
