// SPDX-License-Identifier: Apache-2.0
// What a workload writes is what moderato reads: the two share no code.
#include "common/sample_stream.hpp"

#include <doctest/doctest.h>

#include "../random_samples.hpp"
#include "workload/workload.hpp"

using namespace moderato;
using moderato::workloads::sample_stream;

namespace {

using Figures = std::map<std::string, double>;

Samples read_back(const std::vector<std::int64_t>& durations_ns, const Figures& counters = {}) {
  auto samples = parse_output({}, {.out = sample_stream(durations_ns, counters)});
  REQUIRE_MESSAGE(samples.has_value(), (samples ? "" : samples.error().message));
  REQUIRE(samples->values.size() == durations_ns.size());
  return std::move(*samples);
}

bool has(const std::string& stream, std::string_view part) {
  return stream.substr(0, stream.find('\n')).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("durations are read back in order, in microseconds") {
  CHECK(read_back({1, 1000, 4'294'967'295}).values ==
        std::vector<double>{1 * 1e-3, 1000 * 1e-3, 4'294'967'295 * 1e-3});
}

TEST_CASE("every byte value survives at every place of a sample") {
  std::vector<std::int64_t> durations;
  for (int shift = 0; shift < 32; shift += 8) {
    for (std::int64_t byte = 0; byte < 256; ++byte)
      durations.push_back(byte << shift);
  }
  const auto samples = read_back(durations);
  for (std::size_t i = 0; i < durations.size(); ++i)
    REQUIRE(samples.values[i] == doctest::Approx(static_cast<double>(durations[i]) * 1e-3));
}

TEST_CASE("a hundred thousand arbitrary durations are read back") {
  const auto durations = random_samples(100'000);
  const auto samples = read_back(durations);
  for (std::size_t i = 0; i < durations.size(); ++i)
    REQUIRE(samples.values[i] == doctest::Approx(static_cast<double>(durations[i]) * 1e-3));
}

TEST_CASE("a duration beyond 4.29 s makes the resolution of the run coarser, no more than needed") {
  CHECK(has(sample_stream({4'294'967'295}, {}), R"("resolution_ns":1,)"));
  CHECK(has(sample_stream({4'294'967'296}, {}), R"("resolution_ns":10,)"));
  CHECK(has(sample_stream({1, 60'000'000'000}, {}), R"("resolution_ns":100,)"));
  const auto samples = read_back({12'345'678, 60'000'000'000, 99});
  CHECK(samples.values[0] == doctest::Approx(12'345.6));
  CHECK(samples.values[1] == doctest::Approx(60e6));
  CHECK(samples.values[2] == 0);
}

TEST_CASE("counters are read back") {
  const Figures counters{{"lost", 3}, {"bytes_per_s", 1.25e9}, {"cpu_s", 0.1}};
  CHECK(read_back({1}, counters).counters == counters);
}

TEST_CASE("a clock that went backwards is a sample of 0, not of four seconds") {
  CHECK(read_back({-1, 5}).values.front() == 0);
}

TEST_CASE("a run without samples is refused by the reader, however well it is written") {
  const auto samples = parse_output({}, {.out = sample_stream({}, {})});
  REQUIRE_FALSE(samples);
  CHECK(samples.error().message.find("count") != std::string::npos);
}
