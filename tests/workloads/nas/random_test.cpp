// SPDX-License-Identifier: Apache-2.0
#include "nas/random.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace moderato::workloads::nas;

namespace {

constexpr std::uint64_t seed = 271828183;

/// The definition, in whole numbers that cannot overflow.
std::uint64_t by_definition(std::uint64_t x) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(Wide{x} * 1220703125 % (Wide{1} << 46));
}

}  // namespace

TEST_CASE("each random number is 5^13 times the one before, modulo 2^46") {
  Random random(seed);
  std::uint64_t x = seed;
  for (int i = 0; i < 10'000; ++i) {
    x = by_definition(x);
    const double number = random.next();
    CHECK(random.state() == x);
    CHECK(number == static_cast<double>(x) / 70368744177664.0);
    CHECK(number > 0);
    CHECK(number < 1);
  }
}

TEST_CASE("to skip numbers is to draw them") {
  for (const std::uint64_t count : {0, 1, 2, 3, 64, 1000, 65'537}) {
    CAPTURE(count);
    Random drawn(seed), skipped(seed);
    for (std::uint64_t i = 0; i < count; ++i)
      drawn.next();
    skipped.skip(count);
    CHECK(skipped.state() == drawn.state());
  }
}

TEST_CASE("skips add up, however far they lead") {
  Random once(seed), twice(seed);
  once.skip(987'654'321'987);
  twice.skip(987'654'000'000);
  twice.skip(321'987);
  CHECK(once.state() == twice.state());
}

TEST_CASE("the period is 2^44: no power of the multiplier before is 1") {
  CHECK(lcg::power(lcg::multiplier, std::uint64_t{1} << 44) == 1);
  CHECK(lcg::power(lcg::multiplier, std::uint64_t{1} << 43) != 1);
}

TEST_CASE("many numbers at once are those that come one by one, and leave the same state") {
  for (std::size_t count = 0; count < 40; ++count) {
    CAPTURE(count);
    Random single(seed), together(seed);
    std::vector<double> expected, numbers(count);
    for (std::size_t i = 0; i < count; ++i)
      expected.push_back(single.next());
    together.fill(numbers);
    CHECK(numbers == expected);
    CHECK(together.state() == single.state());
  }
}
