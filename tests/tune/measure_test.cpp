// SPDX-License-Identifier: Apache-2.0
#include "tune/measure.hpp"

#include <doctest/doctest.h>

namespace moderato {
namespace {

Summary summary_of(std::size_t n) {
  return {.n = n,
          .min = 1,
          .mean = 2,
          .sd = 1,
          .median = 3,
          .p90 = 4,
          .p95 = 5,
          .p99 = 6,
          .max = 8,
          .p999 = n >= 3688 ? std::optional(7.0) : std::nullopt};
}

}  // namespace

TEST_CASE("each objective takes its own figure") {
  const Summary summary = summary_of(4000);
  const std::pair<Metric, double> figures[] = {
      {Metric::min, 1}, {Metric::mean, 2}, {Metric::median, 3}, {Metric::p90, 4},
      {Metric::p95, 5}, {Metric::p99, 6},  {Metric::p999, 7},   {Metric::max, 8}};
  for (const auto& [metric, figure] : figures)
    CHECK(objective_value(metric, summary) == figure);
}

TEST_CASE("a quantile is claimed only from enough samples, and the error says how many") {
  const std::pair<Metric, std::size_t> needs[] = {
      {Metric::p90, 36}, {Metric::p95, 72}, {Metric::p99, 368}, {Metric::p999, 3688}};
  for (const auto& [metric, needed] : needs) {
    CAPTURE(needed);
    CHECK(objective_value(metric, summary_of(needed)));
    const auto refused = objective_value(metric, summary_of(needed - 1));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find(std::to_string(needed)) != std::string::npos);
  }
  CHECK(objective_value(Metric::median, summary_of(1)));
}

TEST_CASE("a figure that is not positive has no logarithm, so it is no score") {
  Summary summary = summary_of(400);
  summary.p99 = 0;
  CHECK_FALSE(objective_value(Metric::p99, summary));
  summary.p99 = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(objective_value(Metric::p99, summary));
}

}  // namespace moderato
