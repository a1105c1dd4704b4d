// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "common/failure.hpp"
#include "verbs/hardware_counters.hpp"
#include "verbs/measuring.hpp"
#include "verbs/mesh.hpp"
#include "verbs/pattern.hpp"
#include "verbs/runs.hpp"

namespace moderato::workloads {
namespace {

constexpr int receiver = 0;

std::uint8_t seed_of(int rank) {
  return static_cast<std::uint8_t>(rank + 1);
}

/// Keeps `window` messages under way to the receiver.
class Sender {
 public:
  Sender(Mesh& mesh, int rank, const VerbsArguments& arguments)
      : mesh_(mesh),
        size_(arguments.size),
        memory_(*mesh.domain, arguments.window * size_),
        sent_at_(arguments.window) {
    for (std::size_t slot = 0; slot < sent_at_.size(); ++slot)
      fill_pattern(memory_.bytes().subspan(slot * size_, size_), seed_of(rank));
  }

  void send_next() {
    const std::size_t slot = sent_ % sent_at_.size();
    put_mark(memory_.bytes().subspan(slot * size_, size_), sent_);
    ++sent_;
    sent_at_[slot] = now_ns();
    const bool signalled = true;
    mesh_.send(receiver, memory_.piece(slot * size_, size_), signalled);
  }
  /// Waits until the oldest has arrived; returns how long it was under way.
  std::int64_t await_oldest() {
    if (!mesh_.peer(receiver).sends.wait(silence))
      throw Failure("the receiver has taken no message for 10 s");
    return now_ns() - sent_at_[done_++ % sent_at_.size()];
  }
  std::uint64_t sent() const { return sent_; }

 private:
  Mesh& mesh_;
  std::size_t size_;
  Memory memory_;
  std::vector<std::int64_t> sent_at_;
  std::uint64_t sent_ = 0, done_ = 0;
};

void send_all(Mesh& mesh, int rank, const VerbsArguments& arguments, Recorder& recorder) {
  Sender sender(mesh, rank, arguments);
  for (std::size_t i = 0; i < recorder.planned(); ++i) {
    while (sender.sent() < recorder.planned() && sender.sent() < i + arguments.window)
      sender.send_next();
    recorder.record(sender.await_oldest());
  }
}

/// Reads the next message, whoever it is from, and gives its buffer back.
void receive_one(Mesh& mesh) {
  const int rank = mesh.receive();
  const auto message = mesh.receive_from(rank);
  const std::uint64_t sequence = mesh.peer(rank).received - 1;
  check_mark(message.bytes, sequence);
  if (sequence == 0) check_pattern(message.bytes, seed_of(rank), "the first message");
  mesh.shared.give_back(message.buffer);
}

/// Returns how many messages a second have come after the warm-up.
double receive_all(Mesh& mesh, std::size_t senders, const VerbsArguments& arguments) {
  for (std::size_t i = 0; i < senders * arguments.warmup; ++i)
    receive_one(mesh);
  mesh.shared.reset();
  const std::int64_t begin = now_ns();
  for (std::size_t i = 0; i < senders * arguments.iterations; ++i)
    receive_one(mesh);
  return static_cast<double>(senders * arguments.iterations) * 1e9 /
         static_cast<double>(now_ns() - begin);
}

void check_arguments(const Exchange& exchange, const VerbsArguments& arguments) {
  constexpr std::size_t most = 50'000'000;
  const auto senders = static_cast<std::size_t>(std::max(exchange.ranks() - 1, 1));
  if (arguments.iterations > most / senders)
    throw Failure(
        fmt::format("--iterations: {} senders may have {} at most", senders, most / senders));
}

}  // namespace

void shared_receive_queue(const Exchange& exchange, const VerbsArguments& arguments) {
  check_arguments(exchange, arguments);
  const int rank = exchange.rank();
  Mesh mesh(exchange, arguments, static_cast<std::uint32_t>(arguments.window) + 1,
            [&](int other) { return (rank == receiver) != (other == receiver); });
  const Ticker ticker(std::chrono::seconds(1));
  Recorder recorder(arguments.warmup, arguments.iterations);
  std::map<std::string, double> counters;
  const RnrNaks naks(exchange, mesh.port);
  exchange.barrier();
  if (rank == receiver) {
    const auto senders = static_cast<std::size_t>(exchange.ranks() - 1);
    const double rate = receive_all(mesh, senders, arguments);
    counters = mesh.shared.counters();
    counters["messages_per_s"] = rate;
    counters["clock_ns"] = clock_ns();
    counters["inline"] = mesh.inlines(arguments.size) ? 1 : 0;
    counters["max_inline"] = mesh.max_inline();
  } else {
    send_all(mesh, rank, arguments, recorder);
  }
  exchange.barrier();
  counters.merge(naks.counters(exchange));
  const auto durations =
      exchange.gather(rank == receiver ? std::vector<std::int64_t>{} : std::move(recorder).take());
  if (rank == receiver) print_samples(durations, counters);
}

}  // namespace moderato::workloads
