// SPDX-License-Identifier: Apache-2.0
// Collective operations on reliable connections and shared receive queues, by the algorithms that
// MPI libraries take for small messages (Thakur, Rabenseifner & Gropp, Optimization of Collective
// Communication Operations in MPICH, 2005).
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "common/blocks.hpp"
#include "common/collective.hpp"
#include "common/failure.hpp"
#include "verbs/hardware_counters.hpp"
#include "verbs/measuring.hpp"
#include "verbs/mesh.hpp"
#include "verbs/runs.hpp"

namespace moderato::workloads {
namespace {

/// Registered memory for so many messages of one size, and how they go to others. Twice: what was
/// sent in one iteration may still be under way when the next one is prepared, but has come when
/// that one is over the barrier in front of its call.
class Messages {
 public:
  Messages(Mesh& mesh, std::size_t count, std::size_t size)
      : mesh_(mesh), size_(size), count_(count), memory_(*mesh.domain, 2 * count * size) {}

  void turn(std::size_t iteration) { first_ = iteration % 2 * count_; }
  Bytes at(std::size_t index) const {
    auto* first = reinterpret_cast<unsigned char*>(memory_.bytes().data());
    return {first + (first_ + index) * size_, size_};
  }
  /// The message must stay as it is until it has been read.
  void send(std::size_t index, int to) {
    mesh_.send(to, memory_.piece((first_ + index) * size_, size_));
  }
  void receive(std::size_t index, int from) {
    take(from,
         [&](std::span<const char> bytes) { std::memcpy(at(index).data(), bytes.data(), size_); });
  }
  /// Hands the next message of `from` to `use`.
  template <class Use>
  void take(int from, Use use) {
    const auto message = mesh_.receive_from(from);
    if (message.bytes.size() != size_)
      throw Failure(
          fmt::format("rank {} sent {} bytes instead of {}", from, message.bytes.size(), size_));
    use(message.bytes);
    mesh_.shared.give_back(message.buffer);
  }

 private:
  Mesh& mesh_;
  std::size_t size_, count_, first_ = 0;
  Memory memory_;
};

struct Place {
  int rank = 0, ranks = 0;
  /// The rank `steps` further on, in a ring.
  int after(int steps) const { return (rank + steps) % ranks; }
  int before(int steps) const { return (rank + ranks - steps) % ranks; }
};

/// Dissemination (Hensgen, Finkel & Manber 1988): in round k with the ranks 2^k away.
class Barrier : public Operation {
 public:
  Barrier(Mesh& mesh, Place place) : messages_(mesh, 1, 1), place_(place) {}
  void prepare(std::size_t) override {}
  void call() override {
    for (int distance = 1; distance < place_.ranks; distance *= 2) {
      messages_.send(0, place_.after(distance));
      messages_.take(place_.before(distance), [](auto) {});
    }
  }
  void check(std::size_t) const override {}

 private:
  Messages messages_;
  Place place_;
};

/// Binomial tree from rank 0.
class Bcast : public Operation {
 public:
  Bcast(Mesh& mesh, Place place, std::size_t size) : messages_(mesh, 1, size), place_(place) {}
  void prepare(std::size_t iteration) override {
    messages_.turn(iteration);
    if (place_.rank == 0) write_block(messages_.at(0), {0, 0, iteration});
  }
  void call() override {
    const auto rank = static_cast<unsigned>(place_.rank);
    const auto ranks = static_cast<unsigned>(place_.ranks);
    unsigned bit = rank == 0 ? std::bit_ceil(ranks) : rank & -rank;
    if (rank != 0) messages_.receive(0, static_cast<int>(rank - bit));
    for (bit /= 2; bit > 0; bit /= 2)
      if (rank + bit < ranks) messages_.send(0, static_cast<int>(rank + bit));
  }
  void check(std::size_t iteration) const override {
    check_block(messages_.at(0), {0, 0, iteration});
  }

 private:
  Messages messages_;
  Place place_;
};

/// A ring: each passes on what it got last.
class Allgather : public Operation {
 public:
  Allgather(Mesh& mesh, Place place, std::size_t size)
      : messages_(mesh, static_cast<std::size_t>(place.ranks), size), place_(place) {}
  void prepare(std::size_t iteration) override {
    messages_.turn(iteration);
    write_block(messages_.at(index(place_.rank)), {place_.rank, 0, iteration});
  }
  void call() override {
    for (int step = 0; step + 1 < place_.ranks; ++step) {
      messages_.send(index(place_.before(step)), place_.after(1));
      messages_.receive(index(place_.before(step + 1)), place_.before(1));
    }
  }
  void check(std::size_t iteration) const override {
    for (int sender = 0; sender < place_.ranks; ++sender)
      check_block(messages_.at(index(sender)), {sender, 0, iteration});
  }

 private:
  static std::size_t index(int rank) { return static_cast<std::size_t>(rank); }
  Messages messages_;
  Place place_;
};

/// Pairwise: in step k to the rank k further on, from the one k behind.
class Alltoall : public Operation {
 public:
  Alltoall(Mesh& mesh, Place place, std::size_t size)
      : out_(mesh, static_cast<std::size_t>(place.ranks), size),
        in_(mesh, static_cast<std::size_t>(place.ranks), size),
        place_(place) {}
  void prepare(std::size_t iteration) override {
    out_.turn(iteration);
    in_.turn(iteration);
    for (int to = 0; to < place_.ranks; ++to)
      write_block(out_.at(static_cast<std::size_t>(to)), {place_.rank, to, iteration});
  }
  void call() override {
    const auto own = static_cast<std::size_t>(place_.rank);
    std::ranges::copy(out_.at(own), in_.at(own).begin());
    for (int step = 1; step < place_.ranks; ++step) {
      out_.send(static_cast<std::size_t>(place_.after(step)), place_.after(step));
      in_.receive(static_cast<std::size_t>(place_.before(step)), place_.before(step));
    }
  }
  void check(std::size_t iteration) const override {
    for (int from = 0; from < place_.ranks; ++from)
      check_block(in_.at(static_cast<std::size_t>(from)), {from, place_.rank, iteration});
  }

 private:
  Messages out_, in_;
  Place place_;
};

/// Recursive doubling. Where the ranks are no power of two, of the first ones every other leaves
/// its terms to its neighbour, and gets the sums from it in the end.
class Allreduce : public Operation {
 public:
  Allreduce(Mesh& mesh, Place place, std::size_t size)
      : messages_(mesh, states, size), place_(place) {}
  void prepare(std::size_t iteration) override {
    state_ = 0;
    messages_.turn(iteration);
    write_terms(floats(0), place_.rank, iteration);
  }
  void call() override {
    const int active = static_cast<int>(std::bit_floor(static_cast<unsigned>(place_.ranks)));
    const int folded = place_.ranks - active;
    const bool in_fold = place_.rank < 2 * folded;
    if (in_fold && place_.rank % 2 == 0) {
      messages_.send(state_, place_.rank + 1);
      messages_.receive(++state_, place_.rank + 1);
      return;
    }
    if (in_fold) add_from(place_.rank - 1);
    const int position = in_fold ? place_.rank / 2 : place_.rank - folded;
    for (int distance = 1; distance < active; distance *= 2) {
      const int other = position ^ distance;
      const int partner = other < folded ? 2 * other + 1 : other + folded;
      messages_.send(state_, partner);
      add_from(partner);
    }
    if (in_fold) messages_.send(state_, place_.rank - 1);
  }
  void check(std::size_t iteration) const override {
    check_sums(floats(state_), place_.ranks, iteration);
  }

 private:
  /// A sum under way must stay as it is, so each step has memory of its own.
  static constexpr std::size_t states = 2 + std::bit_width(unsigned{max_mesh_ranks});

  std::span<float> floats(std::size_t state) const {
    const Bytes bytes = messages_.at(state);
    return {reinterpret_cast<float*>(bytes.data()), bytes.size() / sizeof(float)};
  }
  void add_from(int rank) {
    const auto before = floats(state_), after = floats(++state_);
    messages_.take(rank, [&](std::span<const char> bytes) {
      for (std::size_t i = 0; i < before.size(); ++i) {
        float term;
        std::memcpy(&term, bytes.data() + i * sizeof term, sizeof term);
        after[i] = before[i] + term;
      }
    });
  }

  Messages messages_;
  Place place_;
  std::size_t state_ = 0;
};

std::unique_ptr<Operation> make(const std::string& name, Mesh& mesh, Place place,
                                std::size_t size) {
  if (name == "barrier") return std::make_unique<Barrier>(mesh, place);
  if (name == "bcast") return std::make_unique<Bcast>(mesh, place, size);
  if (name == "allgather") return std::make_unique<Allgather>(mesh, place, size);
  if (name == "alltoall") return std::make_unique<Alltoall>(mesh, place, size);
  return std::make_unique<Allreduce>(mesh, place, size);
}

}  // namespace

void verbs_collective(const Exchange& exchange, const VerbsArguments& arguments,
                      const std::string& name) {
  if (name == "allreduce" && arguments.size % sizeof(float) != 0)
    throw Failure(fmt::format("--size: an allreduce sums floats of {} bytes, and {} is no multiple",
                              sizeof(float), arguments.size));
  const Place place{exchange.rank(), exchange.ranks()};
  constexpr std::uint32_t depth = 64;
  Mesh mesh(exchange, arguments, depth, [&](int other) { return other != place.rank; });
  const Ticker ticker(std::chrono::seconds(1));
  const RnrNaks naks(exchange, mesh.port);
  Barrier barrier(mesh, place);
  const auto operation = make(name, mesh, place, arguments.size);
  measure_collective(
      *operation, [&] { barrier.call(); },
      [&] {
        auto counters = mesh.shared.counters();  // of this rank's own queue
        counters["clock_ns"] = clock_ns();
        counters.merge(naks.counters(exchange));
        return counters;
      },
      exchange, arguments);
}

}  // namespace moderato::workloads
