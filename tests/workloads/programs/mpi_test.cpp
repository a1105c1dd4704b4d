// SPDX-License-Identifier: Apache-2.0
// moderato-mpi with two ranks and more, and with an MPI library that makes mistakes.
#include <algorithm>
#include <numeric>

#include "local_run.hpp"

using namespace moderato;

namespace {

using Texts = std::map<std::string, std::string>;

struct Job {
  int ranks = 2;
  Argv words;
  Texts environment;
};

Command command_of(const Job& job) {
  Argv words{"{libexec}/moderato-mpi"};
  words.insert(words.end(), job.words.begin(), job.words.end());
  return mpi_command(words, job.ranks, job.environment);
}

Samples measure(const Job& job) {
  auto done = run_workload(command_of(job), {}, patient);
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().error.message + done.error().err));
  return std::move(done->samples);
}

void check_fails_with(const Job& job, const std::string& part) {
  CAPTURE(fmt::format("{} ranks: {}", job.ranks, fmt::join(job.words, " ")));
  const auto result = run(command_of(job), {.timeout = std::chrono::minutes(20)});
  REQUIRE(result.has_value());
  CHECK(result->end == RunEnd::exited);
  CHECK(result->status != 0);
  CHECK(result->out.empty());
  CHECK_MESSAGE(result->err.find(part) != std::string::npos, "'", part, "' is not in\n",
                result->err);
}

/// Environment of ranks of which one has a faulty MPI library (mpi_faults.cpp).
Texts with_fault(Texts fault) {
  fault["LD_PRELOAD"] = MPI_FAULTS;
  fault["ASAN_OPTIONS"] = "verify_asan_link_order=0";  // of a sanitized build
  return fault;
}

}  // namespace

TEST_CASE("every collective takes as many samples as asked for, with any number of ranks") {
  if (without_mpirun()) return;
  for (const std::string mode : {"bcast", "barrier", "alltoall", "allgather", "allreduce"}) {
    for (const int ranks : {2, 3, 4, 8}) {
      CAPTURE(mode);
      CAPTURE(ranks);
      const auto samples = measure({ranks, {mode, "--iterations", "21", "--warmup", "2"}});
      CHECK(samples.values.size() == 21);
      CHECK(std::ranges::all_of(samples.values, [](double value) { return value > 0; }));
      const auto& counters = samples.counters;
      const double mean = std::accumulate(samples.values.begin(), samples.values.end(), 0.0) / 21;
      CHECK(counters.at("osu_mean_us") > 0);
      CHECK(counters.at("osu_mean_us") <= mean * 1.000001);  // no mean exceeds the largest
      CHECK(counters.at("slowest_rank") >= 0);
      CHECK(counters.at("slowest_rank") < ranks);
      CHECK(counters.at("slowest_rank_share") >= 1.0 / ranks - 1e-9);  // most often of all
      CHECK(counters.at("slowest_rank_share") <= 1);
      CHECK(counters.at("seconds") * 1e6 >= mean * 21 * 0.999999);  // barriers are in it, too
      CHECK(counters.at("ranks_cpu_s") >= 0);
      CHECK(counters.at("busiest_host_busy_s") >= 0);
    }
  }
}

TEST_CASE("collectives move messages of the smallest and of a large size") {
  if (without_mpirun()) return;
  for (const std::string mode : {"bcast", "alltoall", "allgather", "allreduce"}) {
    CAPTURE(mode);
    CHECK(measure({3, {mode, "--size", "400000", "--iterations", "3", "--warmup", "0"}})
              .values.size() == 3);
  }
  CHECK(measure({3, {"bcast", "--size", "1", "--iterations", "3"}}).values.size() == 3);
}

TEST_CASE("a sample is what the slowest rank took, and the counters tell which one that was") {
  if (without_mpirun()) return;
  for (const std::string mode : {"bcast", "alltoall"}) {
    CAPTURE(mode);
    const auto samples = measure({4,
                                  {mode, "--iterations", "6", "--warmup", "1"},
                                  with_fault({{"FAULT_RANK", "2"}, {"FAULT_DELAY_MS", "40"}})});
    CHECK(std::ranges::all_of(samples.values, [](double value) { return value >= 40'000; }));
    CHECK(samples.counters.at("slowest_rank") == 2);
    const double sum = std::accumulate(samples.values.begin(), samples.values.end(), 0.0);
    CHECK(samples.counters.at("osu_mean_us") < sum / 6);
  }
}

TEST_CASE("a wrong byte is a failure that names the rank that got it, and the offset") {
  if (without_mpirun()) return;
  const auto spoilt = [](const std::string& mode, const std::string& call, const std::string& at) {
    return Job{3,
               {mode, "--size", "64", "--iterations", "5000000"},
               with_fault({{"FAULT_RANK", "1"}, {"FAULT_OFFSET", at}, {"FAULT_CALL", call}})};
  };
  check_fails_with(spoilt("bcast", "0", "40"), "rank 1: wrong data: byte 40 of what rank 0 sent");
  check_fails_with(spoilt("alltoall", "0", "168"),
                   "rank 1: wrong data: byte 40 of what rank 2 sent");
  check_fails_with(spoilt("allgather", "7", "191"),
                   "rank 1: wrong data: byte 63 of what rank 2 sent");
  check_fails_with(spoilt("allreduce", "0", "42"), "rank 1: wrong data: the sum at byte 40 is");
}

TEST_CASE("a window is a sample, and the counters count its messages") {
  if (without_mpirun()) return;
  const auto samples = measure(
      {2,
       {"bandwidth", "--size", "1000", "--iterations", "300", "--warmup", "3", "--window", "10"}});
  CHECK(samples.values.size() == 300);
  const auto& counters = samples.counters;
  const double seconds = counters.at("seconds");
  CHECK(counters.at("messages_per_s") * seconds == doctest::Approx(3000));
  CHECK(counters.at("bytes_per_s") * seconds == doctest::Approx(3e6));
  const double sum_us = std::accumulate(samples.values.begin(), samples.values.end(), 0.0);
  CHECK(sum_us * 1e-6 <= seconds * 1.000001);
  for (const char* name :
       {"sender_cpu_s", "receiver_cpu_s", "sender_host_busy_s", "receiver_host_busy_s"})
    CHECK(counters.at(name) >= 0);
}

TEST_CASE("windows have messages of no byte and of many, one of them or thousands") {
  if (without_mpirun()) return;
  for (const Argv& options : std::vector<Argv>{{"--size", "0", "--window", "4096"},
                                               {"--size", "4000000", "--window", "1"},
                                               {"--size", "100000"}}) {
    Argv words{"bandwidth", "--iterations", "4", "--warmup", "0"};
    words.insert(words.end(), options.begin(), options.end());
    CAPTURE(fmt::format("{}", fmt::join(words, " ")));
    CHECK(measure({2, words}).values.size() == 4);
  }
  check_fails_with({2, {"bandwidth", "--window", "0"}}, "--window");
  check_fails_with({2, {"bcast", "--window", "8"}}, "--window");
}

TEST_CASE("a wrong byte in a window is a failure, in the first one wherever it is") {
  if (without_mpirun()) return;
  const auto spoilt = [](const std::string& call, const std::string& at) {
    return Job{2,
               {"bandwidth", "--size", "64", "--iterations", "5000000"},
               with_fault({{"FAULT_RANK", "1"}, {"FAULT_OFFSET", at}, {"FAULT_CALL", call}})};
  };
  check_fails_with(spoilt("0", "40"), "rank 1: wrong data: byte 40 of what rank 0 sent");
  check_fails_with(spoilt("9", "63"), "rank 1: wrong data: byte 63 of what rank 0 sent");
}

TEST_CASE("a size that an operation cannot have is refused, with the reason") {
  if (without_mpirun()) return;
  check_fails_with({2, {"barrier", "--size", "8"}}, "--size: a barrier carries no data");
  check_fails_with({2, {"bcast", "--size", "0"}}, "moves at least one byte");
  check_fails_with({2, {"bcast", "--size", "67108865"}}, "--size: Value 67108865");
  check_fails_with({2, {"allreduce", "--size", "6"}}, "6 bytes are no whole number of floats");
  check_fails_with({5, {"alltoall", "--size", "53687092"}},
                   "53687092 bytes for each of 5 ranks are more than the 256 MiB");
}

TEST_CASE("a number of ranks that a mode cannot have is refused") {
  if (without_mpirun()) return;
  check_fails_with({1, {"barrier"}}, "one rank is too few");
  check_fails_with({3, {"bandwidth"}}, "there must be two ranks");
}

TEST_CASE("what ranks bring together is what each of them gave") {
  if (without_mpirun()) return;
  for (const int ranks : {3, 8}) {
    Job job{ranks, {}, {}};
    auto command = command_of(job);
    command.argv.back() = CHECK_EXCHANGE;
    const auto result = run(command, {.timeout = std::chrono::minutes(20)});
    REQUIRE(result.has_value());
    CHECK_MESSAGE(result->status == 0, result->err);
  }
}
