// SPDX-License-Identifier: Apache-2.0
#include "mpi/operation.hpp"

#include <fmt/format.h>
#include <mpi.h>

#include <vector>

#include "common/failure.hpp"
#include "common/blocks.hpp"

namespace moderato::workloads {
namespace {

/// Of one buffer. Two of them are the 512 MiB that the OSU micro-benchmarks allow a process.
constexpr std::size_t max_buffer = std::size_t{256} << 20;

/// MPI counts with int; arguments.cpp and max_buffer keep sizes far below its end.
int count_of(std::size_t size) {
  return static_cast<int>(size);
}

class Barrier : public Operation {
 public:
  void prepare(std::size_t) override {}
  void call() override { MPI_Barrier(MPI_COMM_WORLD); }
  void check(std::size_t) const override {}
};

class Bcast : public Operation {
 public:
  Bcast(std::size_t size, const Exchange& exchange) : rank_(exchange.rank()), message_(size) {}
  void prepare(std::size_t iteration) override {
    if (rank_ == root) write_block(message_, {root, 0, iteration});
  }
  void call() override {
    MPI_Bcast(message_.data(), count_of(message_.size()), MPI_CHAR, root, MPI_COMM_WORLD);
  }
  void check(std::size_t iteration) const override { check_block(message_, {root, 0, iteration}); }

 private:
  static constexpr int root = 0;
  int rank_;
  std::vector<unsigned char> message_;
};

/// A buffer with one block of `size` bytes for each rank.
class Blocks {
 public:
  Blocks(std::size_t size, int ranks)
      : size_(size), bytes_(size * static_cast<std::size_t>(ranks)) {}
  Bytes of(int rank) {
    return Bytes(bytes_).subspan(size_ * static_cast<std::size_t>(rank), size_);
  }
  ConstBytes of(int rank) const {
    return ConstBytes(bytes_).subspan(size_ * static_cast<std::size_t>(rank), size_);
  }
  unsigned char* data() { return bytes_.data(); }

 private:
  std::size_t size_;
  std::vector<unsigned char> bytes_;
};

class Alltoall : public Operation {
 public:
  Alltoall(std::size_t size, const Exchange& exchange)
      : rank_(exchange.rank()),
        ranks_(exchange.ranks()),
        count_(count_of(size)),
        sent_(size, ranks_),
        received_(size, ranks_) {}
  void prepare(std::size_t iteration) override {
    for (int to = 0; to < ranks_; ++to)
      write_block(sent_.of(to), {rank_, to, iteration});
  }
  void call() override {
    MPI_Alltoall(sent_.data(), count_, MPI_CHAR, received_.data(), count_, MPI_CHAR,
                 MPI_COMM_WORLD);
  }
  void check(std::size_t iteration) const override {
    for (int from = 0; from < ranks_; ++from)
      check_block(received_.of(from), {from, rank_, iteration});
  }

 private:
  int rank_, ranks_, count_;
  Blocks sent_, received_;
};

class Allgather : public Operation {
 public:
  Allgather(std::size_t size, const Exchange& exchange)
      : rank_(exchange.rank()), ranks_(exchange.ranks()), sent_(size), received_(size, ranks_) {}
  void prepare(std::size_t iteration) override { write_block(sent_, {rank_, 0, iteration}); }
  void call() override {
    const int count = count_of(sent_.size());
    MPI_Allgather(sent_.data(), count, MPI_CHAR, received_.data(), count, MPI_CHAR, MPI_COMM_WORLD);
  }
  void check(std::size_t iteration) const override {
    for (int from = 0; from < ranks_; ++from)
      check_block(received_.of(from), {from, 0, iteration});
  }

 private:
  int rank_, ranks_;
  std::vector<unsigned char> sent_;
  Blocks received_;
};

class Allreduce : public Operation {
 public:
  Allreduce(std::size_t size, const Exchange& exchange)
      : rank_(exchange.rank()),
        ranks_(exchange.ranks()),
        terms_(size / sizeof(float)),
        sums_(terms_.size()) {}
  void prepare(std::size_t iteration) override { write_terms(terms_, rank_, iteration); }
  void call() override {
    MPI_Allreduce(terms_.data(), sums_.data(), count_of(terms_.size()), MPI_FLOAT, MPI_SUM,
                  MPI_COMM_WORLD);
  }
  void check(std::size_t iteration) const override { check_sums(sums_, ranks_, iteration); }

 private:
  int rank_, ranks_;
  std::vector<float> terms_, sums_;
};

void require_block_for_each_rank(std::size_t size, int ranks) {
  if (size > max_buffer / static_cast<std::size_t>(ranks))
    throw Failure(
        fmt::format("--size: {} bytes for each of {} ranks are more than the {} MiB that"
                    " a buffer may have",
                    size, ranks, max_buffer >> 20));
}

void require_floats(std::size_t size) {
  if (size % sizeof(float) != 0)
    throw Failure(fmt::format("--size: {} bytes are no whole number of floats, of {} bytes each",
                              size, sizeof(float)));
}

}  // namespace

std::unique_ptr<Operation> make_operation(const std::string& name, std::size_t size,
                                          const Exchange& exchange) {
  if (name == "barrier") return std::make_unique<Barrier>();
  if (size == 0) throw Failure("--size: a collective operation moves at least one byte");
  if (name == "bcast") return std::make_unique<Bcast>(size, exchange);
  if (name == "allreduce") {
    require_floats(size);
    return std::make_unique<Allreduce>(size, exchange);
  }
  require_block_for_each_rank(size, exchange.ranks());
  if (name == "alltoall") return std::make_unique<Alltoall>(size, exchange);
  if (name == "allgather") return std::make_unique<Allgather>(size, exchange);
  throw Failure(fmt::format("'{}' is no collective operation", name));
}

}  // namespace moderato::workloads
