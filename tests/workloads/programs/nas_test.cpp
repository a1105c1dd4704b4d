// SPDX-License-Identifier: Apache-2.0
// moderato-nas: every run is verified against the published values by the program itself.
#include <algorithm>
#include <numeric>

#include "nas_run.hpp"

using namespace moderato;

namespace {

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

const Argv ep_sums{"sum_x", "sum_y", "absolute_sum_x", "absolute_sum_y"};
const Argv ep_counts{"annulus_0_count", "annulus_1_count", "annulus_2_count", "annulus_3_count",
                     "annulus_4_count", "annulus_5_count", "annulus_6_count"};

}  // namespace

TEST_CASE("CG is verified, and zeta does not depend on how many processes there are") {
  if (without_mpirun()) return;
  for (const std::string problem : {"S", "W"}) {
    CAPTURE(problem);
    const Samples alone = measure({1, {"cg", "--class", problem}});
    for (const int processes : problem == "S" ? std::vector{2, 4, 8} : std::vector{2, 4}) {
      const Samples together = measure({processes, {"cg", "--class", problem}});
      CHECK(together.values.size() == 15);
      check_same_results(together, alone, {"zeta"}, 1e-12);
    }
  }
}

TEST_CASE("EP is verified, and what it counts does not depend on how many processes there are") {
  if (without_mpirun()) return;
  for (const std::string problem : {"S", "W"}) {
    CAPTURE(problem);
    const Samples alone = measure({1, {"ep", "--class", problem}});
    for (const int processes : {2, 4}) {
      const Samples together = measure({processes, {"ep", "--class", problem}});
      CHECK(together.values.size() * static_cast<std::size_t>(processes) == alone.values.size());
      check_same_results(together, alone, ep_counts, 0);
      check_same_results(together, alone, ep_sums, 1e-10);
    }
  }
}

TEST_CASE("class A is verified") {
  if (without_mpirun()) return;
  CHECK(measure({2, {"cg", "--class", "A"}}).counters.at("mop_per_s") > 0);
  CHECK(measure({2, {"ep", "--class", "A"}}).counters.at("mop_per_s") > 0);
}

TEST_CASE("a run behind another one gives the same results as on its own, to the last bit") {
  if (without_mpirun()) return;
  check_same_results(measure({4, {"cg", "--runs", "2"}}), measure({4, {"cg"}}), {"zeta"}, 0);
  check_same_results(measure({4, {"ep", "--runs", "2"}}), measure({4, {"ep"}}), ep_sums, 0);
}

TEST_CASE("a sample is the time of an iteration or of a run, as asked for") {
  if (without_mpirun()) return;
  const Samples iterations = measure({2, {"cg", "--runs", "3"}});
  CHECK(iterations.values.size() == 3 * 15);
  CHECK(mean(iterations.values) == doctest::Approx(iterations.counters.at("iteration_mean_us")));
  CHECK(std::ranges::max(iterations.values) ==
        doctest::Approx(iterations.counters.at("iteration_max_us")));
  const Samples runs = measure({2, {"cg", "--runs", "3", "--sample", "run"}});
  CHECK(runs.values.size() == 3);
  CHECK(mean(runs.values) == doctest::Approx(runs.counters.at("run_mean_s") * 1e6));
  CHECK(std::ranges::min(runs.values) == doctest::Approx(runs.counters.at("run_min_s") * 1e6));
}

TEST_CASE("the counters tell which messages were sent, in which phase, and where the time went") {
  if (without_mpirun()) return;
  // Of class S: 15 iterations with 26 products with the matrix of order 1400 and 53 sums each.
  const auto two = measure({2, {"cg"}}).counters;
  CHECK(two.at("row_sum_messages") == 2 * 15 * 26);
  CHECK(two.at("row_sum_bytes") == 2 * 15 * 26 * 700 * 8);
  CHECK(two.at("dot_product_messages") == 2 * 15 * 53);
  CHECK_FALSE(two.contains("transpose_s"));  // each has its own part
  const auto four = measure({4, {"cg", "--runs", "2"}}).counters;
  CHECK(four.at("row_sum_messages") == 2 * 4 * 15 * 26);
  CHECK(four.at("transpose_messages") == 2 * 2 * 15 * 26);  // none on the diagonal
  CHECK(four.at("transpose_bytes") == 2 * 2 * 15 * 26 * 700 * 8);
  CHECK(four.at("messages") == four.at("row_sum_messages") + four.at("transpose_messages") +
                                   four.at("dot_product_messages"));
  CHECK(four.at("message_min_bytes") == 8);
  CHECK(four.at("message_max_bytes") == 5600);
  CHECK(four.at("mpi_s") > 0);
  CHECK(four.at("compute_s") > 0);
  CHECK(four.at("mpi_s") ==
        doctest::Approx(four.at("row_sum_s") + four.at("transpose_s") + four.at("dot_product_s")));
  for (const std::string phase : {"row_sum", "transpose", "dot_product"})
    CHECK(four.at(phase + "_min_us") <= four.at(phase + "_max_us"));
}

TEST_CASE("one process alone sends nothing") {
  if (without_mpirun()) return;
  const auto alone = measure({1, {"cg"}}).counters;
  CHECK(alone.at("mpi_s") == 0);
  CHECK(alone.at("messages") == 0);
}

TEST_CASE("a run that is not verified is a failure that tells what it got and what is expected") {
  if (without_mpirun()) return;
  const auto faulty = [](const Argv& words, const std::string& call) {
    return Job{2, words,
               with_fault({{"FAULT_RANK", "0"}, {"FAULT_OFFSET", "6"}, {"FAULT_CALL", call}})};
  };
  check_fails(faulty({"ep"}, "0"), 1, {"EP class S: verification failed; sum_x is -"});
  check_fails(faulty({"ep", "--runs", "2"}, "3"), 1, {"verification failed; annulus_0_count is "});
  // The last of 16 times 79 sums and products: the first iteration is a warm-up.
  check_fails(faulty({"cg"}, "1263"), 1,
              {"CG class S: verification failed; zeta is ",
               "expected 8.5971775078648: relative error ", ", tolerance 1e-10"});
}

TEST_CASE("a number of processes that a benchmark cannot have is refused, with the reason") {
  if (without_mpirun()) return;
  check_fails({3, {"cg"}}, 2, {"CG runs on 1, 2, 4, 8, ... processes, a power of two: not on 3"});
}

TEST_CASE("words that moderato-nas does not know are refused") {
  if (without_mpirun()) return;
  check_fails({2, {"cg", "--class", "Q"}}, 2, {"--class: Q not in {S,W,A,B,C}"});
  check_fails({1, {"ft"}}, 2, {"A subcommand is required"});
}
