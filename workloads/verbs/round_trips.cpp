// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "common/failure.hpp"
#include "verbs/measuring.hpp"
#include "verbs/pattern.hpp"
#include "verbs/runs.hpp"

namespace moderato::workloads {
namespace {

using namespace std::chrono_literals;

/// Receives posted ahead: one would do, two are never too late.
constexpr int receives_ahead = 16;

std::uint8_t seed_of(int rank) {
  return static_cast<std::uint8_t>(rank + 1);
}

/// An end that sees a write of the other one in its memory.
class PolledEnd {
 public:
  explicit PolledEnd(Connection& connection, const VerbsArguments& arguments)
      : connection_(connection),
        request_(connection.remote_request(IBV_WR_RDMA_WRITE)),
        last_(connection.in.bytes().back()),
        yield_(arguments.yield) {}

  void post() { connection_.pair.post(request_); }
  void await(std::uint64_t sequence) {
    const char wanted = last_byte(sequence);
    const std::atomic_ref<char> last(last_);
    const auto come = [&] { return last.load(std::memory_order_acquire) == wanted; };
    // That the other side is gone shows in the send queue alone.
    for (auto waited = 0ms; !spin_until(come, 100ms, yield_); waited += 100ms) {
      connection_.pair.reap();
      if (waited >= silence) connection_.report_silence();
    }
  }
  void tidy() {}

 private:
  Connection& connection_;
  ibv_send_wr request_;
  char& last_;
  bool yield_;
};

/// An end to which each message completes a receive: of sends, and of writes with immediate.
class ReceivingEnd {
 public:
  ReceivingEnd(Connection& connection, ibv_wr_opcode code)
      : connection_(connection),
        request_(code == IBV_WR_SEND ? connection.request(code) : connection.remote_request(code)),
        buffer_(connection.in.whole()) {
    // One message is under way at a time, so all receives may share one buffer. A write says by
    // itself where it goes.
    receive_.sg_list = &buffer_;
    receive_.num_sge = code == IBV_WR_SEND ? 1 : 0;
    for (int i = 0; i < receives_ahead; ++i)
      tidy();
  }

  void post() { connection_.pair.post(request_); }
  void await(std::uint64_t /*sequence*/) {
    const auto done = connection_.received(silence);
    if (!done) connection_.report_silence();
    if (done->byte_len != connection_.in.bytes().size())
      throw Failure("a message of another size came than was sent");
  }
  void tidy() { connection_.pair.post_receive(receive_); }

 private:
  Connection& connection_;
  ibv_send_wr request_;
  ibv_sge buffer_;
  ibv_recv_wr receive_{};
};

// The first and the last message, outside of the measurement, are looked at in whole; of those in
// between the mark.

template <class End>
void go_and_return(End& end, Connection& connection, std::uint64_t sequence) {
  put_mark(connection.out.bytes(), sequence);
  end.post();
  end.await(sequence);
}

template <class End>
void check_whole_round_trip(End& end, Connection& connection, std::uint64_t sequence) {
  go_and_return(end, connection, sequence);
  check_mark(connection.in.bytes(), sequence);
  check_pattern(connection.in.bytes(), seed_of(1), "the answer");
  end.tidy();
}

template <class End>
Cost measure(End& end, Connection& connection, Recorder& recorder) {
  check_whole_round_trip(end, connection, 1);
  Cost begin = read_clocks();
  std::uint64_t sequence = 2;
  for (std::size_t i = 0; i < recorder.planned(); ++i, ++sequence) {
    if (i == recorder.warmup()) begin = read_clocks();
    const std::int64_t sent = now_ns();
    go_and_return(end, connection, sequence);
    recorder.record(now_ns() - sent);
    check_mark(connection.in.bytes(), sequence);
    end.tidy();
  }
  const Cost cost = read_clocks() - begin;
  check_whole_round_trip(end, connection, sequence);
  return cost;
}

template <class End>
Cost answer(End& end, Connection& connection, const Recorder& recorder) {
  const std::uint64_t last = recorder.planned() + 2;
  Cost begin = read_clocks();
  Cost cost;
  for (std::uint64_t sequence = 1; sequence <= last; ++sequence) {
    end.await(sequence);
    check_mark(connection.in.bytes(), sequence);
    if (sequence == 1 || sequence == last)
      check_pattern(connection.in.bytes(), seed_of(0), "the message");
    if (sequence == recorder.warmup() + 2) begin = read_clocks();
    if (sequence == last) cost = read_clocks() - begin;
    put_mark(connection.out.bytes(), sequence);
    end.post();
    end.tidy();
  }
  return cost;
}

template <class End>
void run(End& end, Connection& connection, const Exchange& exchange,
         const VerbsArguments& arguments) {
  fill_pattern(connection.out.bytes(), seed_of(exchange.rank()));
  Recorder recorder(arguments.warmup, arguments.iterations);
  exchange.barrier();  // a message before the other's receives are posted would have to wait
  const Cost cost =
      exchange.rank() == 0 ? measure(end, connection, recorder) : answer(end, connection, recorder);
  exchange.barrier();  // the queue pair must not go before the last message has arrived
  conclude(exchange, std::move(recorder), cost, connection.counters());
}

}  // namespace

void write_round_trips(const Exchange& exchange, const VerbsArguments& arguments) {
  const bool inlined = true;
  Connection connection(exchange, arguments, inlined, arguments.size);
  if (arguments.blocking()) {
    const Ticker ticker(1s);
    ReceivingEnd end(connection, IBV_WR_RDMA_WRITE_WITH_IMM);
    run(end, connection, exchange, arguments);
  } else {
    PolledEnd end(connection, arguments);
    run(end, connection, exchange, arguments);
  }
}

void send_round_trips(const Exchange& exchange, const VerbsArguments& arguments) {
  const bool inlined = true;
  Connection connection(exchange, arguments, inlined, arguments.size);
  const Ticker ticker(1s);
  ReceivingEnd end(connection, IBV_WR_SEND);
  run(end, connection, exchange, arguments);
}

}  // namespace moderato::workloads
