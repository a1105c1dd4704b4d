// SPDX-License-Identifier: Apache-2.0
#include "common/recorder.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <chrono>

using namespace moderato::workloads;

namespace {

std::vector<std::int64_t> kept(std::size_t warmup, std::size_t iterations, int records) {
  Recorder recorder(warmup, iterations);
  for (int i = 1; i <= records; ++i)
    recorder.record(100 * i);
  return std::move(recorder).take();
}

long page_faults() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

}  // namespace

TEST_CASE("the warm-up is dropped and the rest kept in order") {
  CHECK(kept(2, 3, 5) == std::vector<std::int64_t>{300, 400, 500});
  CHECK(kept(0, 3, 3) == std::vector<std::int64_t>{100, 200, 300});
}

TEST_CASE("what has not been recorded is not among the samples") {
  CHECK(kept(2, 3, 4) == std::vector<std::int64_t>{300, 400});
  CHECK(kept(2, 3, 2).empty());
  CHECK(kept(2, 3, 0).empty());
}

TEST_CASE("a run is planned with its warm-up") {
  const Recorder recorder(7, 5);
  CHECK(recorder.planned() == 12);
  CHECK(recorder.warmup() == 7);
}

TEST_CASE("the memory of a run is there, page by page, before it starts") {
  constexpr std::size_t iterations = 1'000'000;  // 8 MB: some 2000 pages
  Recorder recorder(0, iterations);
  const long before = page_faults();
  for (std::size_t i = 0; i < iterations; ++i)
    recorder.record(1);
  CHECK(page_faults() - before < 100);
  CHECK(std::move(recorder).take().size() == iterations);
}

TEST_CASE("the clock is the monotonic one, in nanoseconds") {
  const auto steady_ns = [] {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
  };
  const auto before = steady_ns();
  const auto now = now_ns();
  CHECK(before <= now);
  CHECK(now <= steady_ns());
}
