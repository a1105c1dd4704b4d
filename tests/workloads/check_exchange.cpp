// SPDX-License-Identifier: Apache-2.0
// Under mpirun with any number of ranks: fails where Exchange brings something else together than
// what its comments say.
#include "common/exchange.hpp"

#include "common/failure.hpp"

using namespace moderato::workloads;

namespace {

struct Figures {
  int rank = 0;
  double half = 0;
};

void require(bool holds, const char* what) {
  if (!holds) throw Failure(what);
}

/// Rank r gives r everywhere, and 1000 + r where it is the one to be largest.
std::vector<std::int64_t> numbers_of(const Exchange& exchange, int rank) {
  std::vector<std::int64_t> numbers(1000, rank);
  for (std::size_t i = static_cast<std::size_t>(rank); i < numbers.size();
       i += static_cast<std::size_t>(exchange.ranks()))
    numbers[i] = 1000 + rank;
  return numbers;
}

void check(Exchange& exchange, int, char**) {
  const auto largest = exchange.largest(numbers_of(exchange, exchange.rank()));
  require(largest.size() == 1000, "as many as each gave");
  for (std::size_t i = 0; i < largest.size(); ++i)
    require(largest[i] == 1000 + static_cast<std::int64_t>(i) % exchange.ranks(), "the largest");
  const auto all = exchange.everyones(Figures{exchange.rank(), exchange.rank() / 2.0});
  require(static_cast<int>(all.size()) == exchange.ranks(), "one of each rank");
  for (int rank = 0; rank < exchange.ranks(); ++rank) {
    const Figures& figures = all[static_cast<std::size_t>(rank)];
    require(figures.rank == rank && figures.half == rank / 2.0, "in the order of the ranks");
  }
  const double last = exchange.ranks() - 1;
  const std::vector<double> own{double(exchange.rank()), 0.25};
  require(exchange.broadcast(own, exchange.ranks() - 1) == std::vector<double>{last, 0.25},
          "the numbers of the last rank");
}

}  // namespace

int main(int argc, char** argv) {
  return guarded_main(argc, argv, "check_exchange", check);
}
