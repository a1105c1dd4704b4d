// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <mpi.h>

#include <cstdint>
#include <vector>

#include "common/blocks.hpp"
#include "common/cost.hpp"
#include "common/failure.hpp"
#include "common/recorder.hpp"
#include "common/sample_stream.hpp"
#include "mpi/runs.hpp"

namespace moderato::workloads {
namespace {

constexpr int message_tag = 1, answer_tag = 2;

using Message = std::vector<unsigned char>;
using Requests = std::vector<MPI_Request>;
/// The number of the window, modulo 2^32.
using Answer = std::uint32_t;

void send_window(const Message& message, Requests& requests) {
  for (MPI_Request& request : requests)
    MPI_Isend(message.data(), static_cast<int>(message.size()), MPI_CHAR, 1, message_tag,
              MPI_COMM_WORLD, &request);
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
}

/// All into one buffer, as the OSU micro-benchmarks do: what is measured is the way there, not
/// memory that no cache holds.
void receive_window(Message& message, Requests& requests) {
  for (MPI_Request& request : requests)
    MPI_Irecv(message.data(), static_cast<int>(message.size()), MPI_CHAR, 0, message_tag,
              MPI_COMM_WORLD, &request);
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
}

void send_answer(std::size_t window) {
  const auto answer = static_cast<Answer>(window);
  MPI_Send(&answer, 1, MPI_UINT32_T, 0, answer_tag, MPI_COMM_WORLD);
}

Answer receive_answer() {
  Answer answer = 0;
  MPI_Recv(&answer, 1, MPI_UINT32_T, 1, answer_tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  return answer;
}

Cost send_windows(const MpiArguments& arguments, Recorder& recorder) {
  Message message(arguments.size);
  Requests requests(arguments.window);
  Cost begin;
  for (std::size_t i = 0; i < recorder.planned(); ++i) {
    write_block(message, {0, 1, i});
    if (i == recorder.warmup()) begin = read_clocks();
    const std::int64_t sent = now_ns();
    send_window(message, requests);
    const Answer answer = receive_answer();
    recorder.record(now_ns() - sent);
    if (answer != static_cast<Answer>(i))
      throw Failure(fmt::format("answer {} came to window {}", answer, i));
  }
  return read_clocks() - begin;
}

Cost receive_windows(const MpiArguments& arguments) {
  Message message(arguments.size);
  Requests requests(arguments.window);
  Cost begin;
  for (std::size_t i = 0; i < arguments.warmup + arguments.iterations; ++i) {
    if (i == arguments.warmup) begin = read_clocks();
    receive_window(message, requests);
    send_answer(i);
    check_block(message, {0, 1, i});  // behind the answer: in nobody's time
  }
  return read_clocks() - begin;
}

}  // namespace

void bandwidth(const Exchange& exchange, const MpiArguments& arguments) {
  exchange.barrier();
  if (exchange.rank() == 1) {
    cost_of_receiver(exchange, receive_windows(arguments));
    return;
  }
  Recorder recorder(arguments.warmup, arguments.iterations);
  const Cost sender = send_windows(arguments, recorder);
  const Cost receiver = cost_of_receiver(exchange, {});
  print_samples(std::move(recorder).take(),
                throughput_counters(arguments.iterations * arguments.window, arguments.size, sender,
                                    receiver));
}

}  // namespace moderato::workloads
