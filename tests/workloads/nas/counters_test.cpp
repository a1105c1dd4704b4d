// SPDX-License-Identifier: Apache-2.0
#include "nas/counters.hpp"

#include <doctest/doctest.h>

using namespace moderato::workloads;
using namespace moderato::workloads::nas;

TEST_CASE("a phase counts its calls, their durations, and what was sent in them") {
  PhaseTimer timer;
  const auto halo = timer.add("halo"), norm = timer.add("norm");
  {
    auto scope = timer.enter(halo);
    scope.sends(100);
    scope.sends(40);
  }
  {
    auto scope = timer.enter(halo);
    scope.sends(60);
  }
  timer.keep_run();
  const PhaseFigures& figures = timer.figures()[halo];
  CHECK(figures.calls == 2);
  CHECK(figures.messages == 3);
  CHECK(figures.bytes == 200);
  CHECK(figures.min_bytes == 40);
  CHECK(figures.max_bytes == 100);
  CHECK(figures.min_ns >= 0);
  CHECK(figures.min_ns <= figures.max_ns);
  CHECK(figures.min_ns + figures.max_ns == figures.sum_ns);  // of two calls
  CHECK(timer.figures()[norm].calls == 0);
  CHECK(timer.names() == std::vector<std::string>{"halo", "norm"});
}

TEST_CASE("what is done between the runs does not count, and the runs add up") {
  PhaseTimer timer;
  const auto halo = timer.add("halo");
  for (int run = 1; run <= 3; ++run) {
    timer.enter(halo).sends(1000);  // at the start
    timer.begin_run();
    timer.enter(halo).sends(8);
    timer.enter(halo).sends(8);
    timer.keep_run();
    timer.enter(halo).sends(1000);  // for the verification
    CHECK(timer.figures()[halo].calls == 2 * run);
    CHECK(timer.figures()[halo].bytes == 16 * run);
    CHECK(timer.figures()[halo].max_bytes == 8);
  }
}

TEST_CASE("a phase of all ranks has the shortest and the longest call of any, and all messages") {
  const PhaseFigures a{2, 30, 10, 20, 3, 300, 50, 150}, b{1, 5, 5, 5, 1, 400, 400, 400};
  const PhaseFigures all = together(a, b);
  CHECK(all.calls == 3);
  CHECK(all.sum_ns == 35);
  CHECK(all.min_ns == 5);
  CHECK(all.max_ns == 20);
  CHECK(all.messages == 4);
  CHECK(all.bytes == 700);
  CHECK(all.min_bytes == 50);
  CHECK(all.max_bytes == 400);
}

TEST_CASE("the counters of a phase bear its name, and there are none of one never entered") {
  const PhaseFigures all{4, 8'000'000'000, 1000, 3'000'000'000, 6, 600, 100, 100};
  CHECK(counters_of_phase("halo", all, 2) == Counters{{"halo_s", 4},
                                                      {"halo_min_us", 1},
                                                      {"halo_max_us", 3e6},
                                                      {"halo_calls", 4},
                                                      {"halo_messages", 6},
                                                      {"halo_bytes", 600}});
  CHECK(counters_of_phase("halo", {}, 2).empty());
}

TEST_CASE("speed is the operations of a run by the mean time of a run") {
  const Counters counters = run_counters({1'000'000'000, 3'000'000'000}, {2000, 4000, 9000}, 50e6);
  CHECK(counters.at("run_min_s") == doctest::Approx(1));
  CHECK(counters.at("run_mean_s") == doctest::Approx(2));
  CHECK(counters.at("run_max_s") == doctest::Approx(3));
  CHECK(counters.at("iteration_min_us") == doctest::Approx(2));
  CHECK(counters.at("iteration_mean_us") == doctest::Approx(5));
  CHECK(counters.at("iteration_max_us") == doctest::Approx(9));
  CHECK(counters.at("mop_per_s") == doctest::Approx(25));
}

TEST_CASE("of the hosts the busiest one counts, of the ranks all") {
  const Counters counters = cost_of_ranks({{1, 0.5, 2}, {1, 0.25, 3}});
  CHECK(counters.at("ranks_cpu_s") == doctest::Approx(0.75));
  CHECK(counters.at("busiest_host_busy_s") == doctest::Approx(3));
}
