// SPDX-License-Identifier: Apache-2.0
#include "mpi/latency.hpp"

#include <fmt/format.h>
#include <mpi.h>

#include "common/failure.hpp"
#include "common/recorder.hpp"
#include "common/sample_stream.hpp"
#include "mpi/runs.hpp"

namespace moderato::workloads {
namespace {

constexpr int tag = 1;

void send(std::vector<char>& message, int to) {
  MPI_Send(message.data(), static_cast<int>(message.size()), MPI_CHAR, to, tag, MPI_COMM_WORLD);
}

void receive(std::vector<char>& message, int from) {
  MPI_Status status;
  MPI_Recv(message.data(), static_cast<int>(message.size()), MPI_CHAR, from, tag, MPI_COMM_WORLD,
           &status);
  int count = 0;
  MPI_Get_count(&status, MPI_CHAR, &count);
  if (count != static_cast<int>(message.size()))
    throw Failure(fmt::format("a message of {} bytes came instead of {}", count, message.size()));
}

}  // namespace

std::vector<std::int64_t> round_trips(std::vector<char>& message, std::size_t warmup,
                                      std::size_t iterations) {
  Recorder recorder(warmup, iterations);
  for (std::size_t i = 0; i < recorder.planned(); ++i) {
    const std::int64_t begin = now_ns();
    send(message, 1);
    receive(message, 1);
    recorder.record(now_ns() - begin);
  }
  return std::move(recorder).take();
}

void answer_round_trips(std::vector<char>& message, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    receive(message, 0);
    send(message, 0);
  }
}

void latency(const Exchange& exchange, const RunArguments& arguments) {
  std::vector<char> message(arguments.size);
  exchange.barrier();
  if (exchange.rank() == 0) {
    print_samples(round_trips(message, arguments.warmup, arguments.iterations), {});
  } else {
    answer_round_trips(message, arguments.warmup + arguments.iterations);
  }
}

}  // namespace moderato::workloads
