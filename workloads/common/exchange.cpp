// SPDX-License-Identifier: Apache-2.0
#include "common/exchange.hpp"

#include <fmt/format.h>
#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <numeric>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

/// MPI waits by polling; a rank that polls on a machine with few cores stands in the way of the one
/// it waits for. The naps grow, so that who waits for a whole measurement does not disturb it.
void wait_asleep(MPI_Request request) {
  int done = 0;
  for (useconds_t nap = 200;; nap = std::min<useconds_t>(2 * nap, 10'000)) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done != 0) return;
    ::usleep(nap);
  }
}

}  // namespace

Exchange::Exchange(int& argc, char**& argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks_);
}

Exchange::~Exchange() {
  MPI_Finalize();
}

void Exchange::barrier() const {
  MPI_Request request;
  MPI_Ibarrier(MPI_COMM_WORLD, &request);
  wait_asleep(request);
}

std::vector<double> Exchange::broadcast(std::vector<double> numbers, int from) const {
  MPI_Request request;
  MPI_Ibcast(numbers.data(), static_cast<int>(numbers.size()), MPI_DOUBLE, from, MPI_COMM_WORLD,
             &request);
  wait_asleep(request);
  return numbers;
}

void Exchange::gather_bytes(std::span<const char> own, std::span<char> all) const {
  const int size = static_cast<int>(own.size());
  MPI_Request request;
  MPI_Iallgather(own.data(), size, MPI_CHAR, all.data(), size, MPI_CHAR, MPI_COMM_WORLD, &request);
  wait_asleep(request);
}

std::vector<std::int64_t> Exchange::largest(const std::vector<std::int64_t>& numbers) const {
  std::vector<std::int64_t> result(numbers.size());
  MPI_Request request;
  MPI_Iallreduce(numbers.data(), result.data(), static_cast<int>(numbers.size()), MPI_INT64_T,
                 MPI_MAX, MPI_COMM_WORLD, &request);
  wait_asleep(request);
  return result;
}

std::vector<std::int64_t> Exchange::gather(const std::vector<std::int64_t>& numbers) const {
  const auto counts = everyones(static_cast<int>(numbers.size()));
  std::vector<int> places(counts.size());
  std::exclusive_scan(counts.begin(), counts.end(), places.begin(), 0);
  std::vector<std::int64_t> all;
  if (rank_ == 0) all.resize(static_cast<std::size_t>(places.back() + counts.back()));
  MPI_Request request;
  MPI_Igatherv(numbers.data(), static_cast<int>(numbers.size()), MPI_INT64_T, all.data(),
               counts.data(), places.data(), MPI_INT64_T, 0, MPI_COMM_WORLD, &request);
  wait_asleep(request);
  return all;
}

int guarded_main(int argc, char** argv, const std::string& program,
                 const std::function<void(Exchange&, int, char**)>& body) {
  Exchange exchange(argc, argv);
  try {
    body(exchange, argc, argv);
    return 0;
  } catch (const Refusal& refusal) {
    if (exchange.rank() == 0) fmt::print(stderr, "{}: {}\n", program, refusal.what());
    std::fflush(stderr);
    exchange.barrier();  // mpirun ends the rest when the first one has ended
    return 2;
  } catch (const std::exception& failure) {  // a Failure, or no memory
    fmt::print(stderr, "{}: rank {}: {}\n", program, exchange.rank(), failure.what());
    std::fflush(stderr);
    // Not a plain return: the other ranks wait for this one and would never hear of it.
    MPI_Abort(MPI_COMM_WORLD, 1);
    return 1;  // not reached
  }
}

}  // namespace moderato::workloads
