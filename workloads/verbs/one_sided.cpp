// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstring>

#include "common/failure.hpp"
#include "verbs/measuring.hpp"
#include "verbs/pattern.hpp"
#include "verbs/runs.hpp"

namespace moderato::workloads {
namespace {

constexpr std::uint8_t seed = 2;
constexpr bool not_inlined = false;  ///< nothing is sent but the request

std::uint64_t number_in(std::span<const char> bytes) {
  std::uint64_t number;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

void put_number(std::span<char> bytes, std::uint64_t number) {
  std::memcpy(bytes.data(), &number, sizeof number);
}

class Reading {
 public:
  static constexpr ibv_wr_opcode code = IBV_WR_RDMA_READ;
  /// What is there of the read before must not pass for this one's.
  static void prepare(ibv_send_wr& /*request*/, std::span<char> into, std::uint64_t sequence) {
    if (sequence == 0) std::ranges::fill(into, '\0');
    put_mark(into, 0);
  }
  static void check(std::span<const char> got, std::uint64_t sequence, std::uint64_t last) {
    check_mark(got, ~std::uint64_t{0});
    if (sequence == 0 || sequence == last) check_pattern(got, seed, "what was read");
  }
  static void offer(std::span<char> memory) {
    fill_pattern(memory, seed);
    put_mark(memory, ~std::uint64_t{0});
  }
  static void check_afterwards(std::span<const char> /*memory*/, std::uint64_t /*operations*/) {}
};

/// What both atomic operations do to the number in the memory of rank 1: they count.
class Counting {
 public:
  static void check(std::span<const char> got, std::uint64_t sequence, std::uint64_t /*last*/) {
    if (number_in(got) != sequence)
      throw Failure(fmt::format("operation {} found {}", sequence, number_in(got)));
  }
  static void offer(std::span<char> memory) { put_number(memory, 0); }
  static void check_afterwards(std::span<const char> memory, std::uint64_t operations) {
    if (number_in(memory) != operations)
      throw Failure(fmt::format("{} operations have counted to {}", operations, number_in(memory)));
  }
};

class FetchAdd : public Counting {
 public:
  static constexpr ibv_wr_opcode code = IBV_WR_ATOMIC_FETCH_AND_ADD;
  static void prepare(ibv_send_wr& request, std::span<char> /*into*/, std::uint64_t /*sequence*/) {
    request.wr.atomic.compare_add = 1;
  }
};

class CompareSwap : public Counting {
 public:
  static constexpr ibv_wr_opcode code = IBV_WR_ATOMIC_CMP_AND_SWP;
  static void prepare(ibv_send_wr& request, std::span<char> /*into*/, std::uint64_t sequence) {
    request.wr.atomic.compare_add = sequence;
    request.wr.atomic.swap = sequence + 1;
  }
};

/// Operation `sequence` of `last` + 1; returns how long it took.
template <class Operation>
std::int64_t operate(Connection& connection, ibv_send_wr& request, std::uint64_t sequence,
                     std::uint64_t last) {
  const auto into = connection.in.bytes();
  Operation::prepare(request, into, sequence);
  const std::int64_t begin = now_ns();
  connection.pair.post_signalled(request);
  const bool done = connection.sends.wait(silence).has_value();
  const std::int64_t end = now_ns();
  if (!done) connection.report_silence();
  Operation::check(into, sequence, last);
  return end - begin;
}

template <class Operation>
Cost measure(Connection& connection, Recorder& recorder) {
  ibv_send_wr request = connection.one_sided_request(Operation::code);
  // One more before: the first is far longer than all others.
  const std::uint64_t last = recorder.planned();
  operate<Operation>(connection, request, 0, last);
  Cost begin;
  for (std::uint64_t sequence = 1; sequence <= last; ++sequence) {
    if (sequence == recorder.warmup() + 1) begin = read_clocks();
    recorder.record(operate<Operation>(connection, request, sequence, last));
  }
  return read_clocks() - begin;
}

/// Rank 1 sleeps until rank 0 is through, while its NIC answers.
Cost stand_by(const Exchange& exchange) {
  const Cost begin = read_clocks();
  exchange.barrier();
  return read_clocks() - begin;
}

template <class Operation>
void run(const Exchange& exchange, const VerbsArguments& arguments, int access) {
  Connection connection(exchange, arguments, not_inlined, arguments.size, access);
  const Ticker ticker(std::chrono::seconds(1));
  Recorder recorder(arguments.warmup, arguments.iterations);
  Operation::offer(connection.in.bytes());
  exchange.barrier();
  Cost cost;
  if (exchange.rank() == 0) {
    cost = measure<Operation>(connection, recorder);
    exchange.barrier();
  } else {
    cost = stand_by(exchange);
    Operation::check_afterwards(connection.in.bytes(), recorder.planned() + 1);
  }
  conclude(exchange, std::move(recorder), cost, connection.counters());
}

void require_atomics(const Exchange& exchange, const VerbsArguments& arguments) {
  if (arguments.size != sizeof(std::uint64_t))
    throw Failure("--size: atomic operations have 8 bytes");
  const Port port = open_port(arguments, exchange.rank());
  if (port.limits().orig_attr.atomic_cap == IBV_ATOMIC_NONE)
    throw Failure(fmt::format("{} has no atomic operations: use read or write", port.device));
}

}  // namespace

void reads(const Exchange& exchange, const VerbsArguments& arguments) {
  run<Reading>(exchange, arguments, plain_access);
}

void fetch_adds(const Exchange& exchange, const VerbsArguments& arguments) {
  require_atomics(exchange, arguments);
  run<FetchAdd>(exchange, arguments, atomic_access);
}

void compare_swaps(const Exchange& exchange, const VerbsArguments& arguments) {
  require_atomics(exchange, arguments);
  run<CompareSwap>(exchange, arguments, atomic_access);
}

}  // namespace moderato::workloads
