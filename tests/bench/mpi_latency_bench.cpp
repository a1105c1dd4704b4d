// SPDX-License-Identifier: Apache-2.0
// What moderato-mpi's latency adds to a round trip over a loop of nothing but MPI_Send and MPI_Recv.
// Both loops over one connection in one run, in turns, so that a slow phase of the machine hits
// both. Two ranks.
#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "common/recorder.hpp"
#include "mpi/latency.hpp"

namespace {

using namespace moderato::workloads;

constexpr int turns = 301;
constexpr std::size_t iterations = 500;
constexpr std::size_t size = 8;
constexpr int tag = 2;
constexpr double target = 1.01;

/// Nanoseconds a round trip, by one look at the clock before and one after all of them.
double bare_loop(std::vector<char>& message) {
  const std::int64_t begin = now_ns();
  for (std::size_t i = 0; i < iterations; ++i) {
    MPI_Send(message.data(), size, MPI_CHAR, 1, tag, MPI_COMM_WORLD);
    MPI_Recv(message.data(), size, MPI_CHAR, 1, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  }
  return static_cast<double>(now_ns() - begin) / static_cast<double>(iterations);
}

void answer_bare_loop(std::vector<char>& message) {
  for (std::size_t i = 0; i < iterations; ++i) {
    MPI_Recv(message.data(), size, MPI_CHAR, 0, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    MPI_Send(message.data(), size, MPI_CHAR, 0, tag, MPI_COMM_WORLD);
  }
}

double mean_sample(std::vector<char>& message) {
  const auto samples = round_trips(message, 0, iterations);
  return std::accumulate(samples.begin(), samples.end(), 0.0) / static_cast<double>(iterations);
}

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Which loop goes first changes from turn to turn.
bool compare(std::vector<char>& message) {
  std::vector<double> bare, measured, ratio;
  for (int turn = 0; turn < turns; ++turn) {
    if (turn % 2 == 0) bare.push_back(bare_loop(message));
    measured.push_back(mean_sample(message));
    if (turn % 2 == 1) bare.push_back(bare_loop(message));
    ratio.push_back(measured.back() / bare.back());
  }
  std::ranges::sort(ratio);
  // Distribution-free, 95 %: median of n ratios lies between these order statistics.
  const auto half = static_cast<std::size_t>(0.98 * std::sqrt(turns));
  const double middle = ratio[turns / 2];
  fmt::print("a round trip of 8 bytes over MPI, median of {} turns of {}\n", turns, iterations);
  fmt::print("  bare loop, one look at the clock  {:8.0f} ns\n", median_of(bare));
  fmt::print("  a sample of moderato-mpi          {:8.0f} ns\n", median_of(measured));
  fmt::print("  ratio {:.4f} [{:.4f}, {:.4f}] (target: at most {})\n", middle,
             ratio[turns / 2 - half], ratio[turns / 2 + half], target);
  return middle <= target;
}

void answer(std::vector<char>& message) {
  for (int turn = 0; turn < turns; ++turn) {
    if (turn % 2 == 0) answer_bare_loop(message);
    answer_round_trips(message, iterations);
    if (turn % 2 == 1) answer_bare_loop(message);
  }
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0, ranks = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  bool good = ranks == 2;
  if (!good) fmt::print(stderr, "there must be two ranks, as in `mpirun -np 2`\n");
  std::vector<char> message(size);
  if (good && rank == 0) good = compare(message);
  if (good && rank == 1) answer(message);
  MPI_Finalize();
  return good ? 0 : 1;
}
