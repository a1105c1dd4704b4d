// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fmt/format.h>

#include "common/failure.hpp"
#include "common/lossy.hpp"
#include "verbs/measuring.hpp"
#include "verbs/pattern.hpp"
#include "verbs/runs.hpp"

namespace moderato::workloads {
namespace {

constexpr std::uint32_t stop = UINT32_MAX;
constexpr std::size_t slots = 32;         ///< what comes late comes beside what is awaited
constexpr std::size_t route_header = 40;  ///< in front of every datagram

/// An end of the wire. Each datagram carries its number beside the data, as immediate.
class Wire {
 public:
  explicit Wire(Connection& connection, std::size_t size)
      : connection_(connection), request_(connection.request(IBV_WR_SEND_WITH_IMM)), size_(size) {
    for (std::size_t slot = 0; slot < slots; ++slot)
      offer(slot);
  }

  void send(std::uint32_t sequence) {
    put_mark(connection_.out.bytes(), sequence);
    request_.imm_data = htonl(sequence);
    connection_.pair.post(request_);
  }
  /// The number of the next datagram; nothing, when none came in time.
  std::optional<std::uint32_t> receive(std::chrono::milliseconds patience) {
    const auto done = connection_.received(patience);
    if (!done) return {};
    const std::uint32_t sequence = ntohl(done->imm_data);
    if (done->byte_len != size_ + route_header)
      throw Failure(fmt::format("a datagram of {} bytes came instead of {}",
                                done->byte_len - route_header, size_));
    used_ = done->wr_id;
    check_mark(payload(), sequence);
    return sequence;
  }
  /// What the last receive() has brought.
  std::span<const char> payload() const {
    return connection_.in.bytes().subspan(used_ * (size_ + route_header) + route_header, size_);
  }
  /// Gives its place to another.
  void release() { offer(used_); }

 private:
  void offer(std::size_t slot) {
    const std::size_t room = size_ + route_header;
    ibv_sge piece = connection_.in.piece(slot * room, room);
    ibv_recv_wr receive{.wr_id = slot, .sg_list = &piece, .num_sge = 1};
    connection_.pair.post_receive(receive);
  }

  Connection& connection_;
  ibv_send_wr request_;
  std::size_t size_, used_ = 0;
};

/// Whether the answer to `sequence` comes in time. Late answers to earlier tries are passed over.
/// The answer's place is still to be released.
bool answered(Wire& wire, std::uint32_t sequence) {
  while (const auto got = wire.receive(answer_timeout)) {
    if (*got == sequence) return true;
    wire.release();
  }
  return false;
}

/// Sends `sequence` until it comes back; returns how often it did not.
int round_trip(Wire& wire, std::uint32_t sequence) {
  return send_until_answered([&] { wire.send(sequence); },
                             [&] { return answered(wire, sequence); });
}

int checked_round_trip(Wire& wire, std::uint32_t sequence) {
  const int lost = round_trip(wire, sequence);
  if (lost == max_tries)
    throw Failure(
        fmt::format("message {} was lost {} times in a row; is UDP port 4791 open between "
                    "the hosts?",
                    sequence, max_tries));
  return lost;
}

Cost measure(Wire& wire, Recorder& recorder, double& lost) {
  checked_round_trip(wire, 0);
  check_pattern(wire.payload(), 2, "the answer");
  wire.release();
  Cost begin;
  for (std::uint32_t i = 0; i < recorder.planned(); ++i) {
    if (i == recorder.warmup()) begin = read_clocks();
    const std::int64_t sent = now_ns();
    const int tries_lost = checked_round_trip(wire, i + 1);
    recorder.record(now_ns() - sent);
    wire.release();
    lost += tries_lost;
  }
  const Cost cost = read_clocks() - begin;
  // Rank 1 answers the first `stop` that it hears and no other one, so that losing its answer is
  // no failure.
  (void)round_trip(wire, stop);
  return cost;
}

Cost echo(Wire& wire, const Recorder& recorder) {
  Cost begin;
  for (;;) {
    const auto sequence = wire.receive(silence);
    if (!sequence) throw Failure("rank 0 has fallen silent");
    if (*sequence == 0) check_pattern(wire.payload(), 1, "the message");
    if (*sequence == recorder.warmup() + 1) begin = read_clocks();
    wire.send(*sequence);
    wire.release();
    if (*sequence == stop) return read_clocks() - begin;
  }
}

void require_one_packet(const VerbsArguments& arguments, const Port& port) {
  if (arguments.size > port.mtu())
    throw Failure(fmt::format("--size: a UD message has at most {} bytes here, the MTU of {}",
                              port.mtu(), port.name()));
}

}  // namespace

void datagram_round_trips(const Exchange& exchange, const VerbsArguments& arguments) {
  require_one_packet(arguments, open_port(arguments, exchange.rank()));
  const bool inlined = true;
  Connection connection(exchange, arguments, inlined, slots * (arguments.size + route_header));
  const Ticker ticker(answer_timeout / 2);
  fill_pattern(connection.out.bytes(), static_cast<std::uint8_t>(exchange.rank() + 1));
  Wire wire(connection, arguments.size);
  Recorder recorder(arguments.warmup, arguments.iterations);
  double lost = 0;
  exchange.barrier();
  const Cost cost = exchange.rank() == 0 ? measure(wire, recorder, lost) : echo(wire, recorder);
  exchange.barrier();  // the queue pair must not go before the other's last word is out
  auto counters = connection.counters();
  counters["lost"] = lost;
  conclude(exchange, std::move(recorder), cost, counters);
}

}  // namespace moderato::workloads
