// SPDX-License-Identifier: Apache-2.0
#include "nas/cg/exchange.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace moderato::workloads::nas::cg {
namespace {

constexpr int row_sum_tag = 1, transpose_tag = 2, dot_product_tag = 3;

struct Peers {
  int partner, tag;
  MPI_Comm processes;
};

void swap_with(const Peers& peers, std::span<const double> sent, std::span<double> received,
               PhaseTimer::Scope& scope) {
  scope.sends(sent.size_bytes());
  MPI_Sendrecv(sent.data(), static_cast<int>(sent.size()), MPI_DOUBLE, peers.partner, peers.tag,
               received.data(), static_cast<int>(received.size()), MPI_DOUBLE, peers.partner,
               peers.tag, peers.processes, MPI_STATUS_IGNORE);
}

void add(std::span<double> sums, std::span<const double> terms) {
  for (std::size_t i = 0; i < sums.size(); ++i)
    sums[i] += terms[i];
}

}  // namespace

GridExchange::GridExchange(const ProcessGrid& grid, std::size_t n, MPI_Comm processes,
                           PhaseTimer& timer)
    : grid_(grid),
      rows_(rows_of(grid, n)),
      transposed_(transposed_part(grid, n)),
      steps_(std::countr_zero(static_cast<unsigned>(grid.columns))),
      processes_(processes),
      timer_(timer),
      row_sum_(timer.add("row_sum")),
      transpose_(timer.add("transpose")),
      dot_product_(timer.add("dot_product")),
      received_(grid.columns > 1 ? transposed_.size() : 0) {}

void GridExchange::sum_and_transpose(std::span<double> products, std::span<double> result) {
  transpose(sum_rows(products), result);
}

/// The part of the row piece that is to be transposed, summed over the grid row. By recursive
/// doubling: a + b is b + a, so the processes of a grid row get the same to the last bit.
std::span<double> GridExchange::sum_rows(std::span<double> products) {
  const auto part = products.subspan(transposed_.begin - rows_.begin, transposed_.size());
  if (steps_ == 0) return part;
  auto scope = timer_.enter(row_sum_);
  for (int step = 0; step < steps_; ++step) {
    // Neighbours transpose different halves: each gives the other that half of its own.
    const bool halves = step == 0 && !grid_.is_square();
    const bool upper = grid_.column % 2 == 1;
    const auto sent = !halves ? part
                      : upper ? products.first(products.size() - part.size())
                              : products.subspan(part.size());
    swap_with({row_partner(grid_, step), row_sum_tag, processes_}, sent, received_, scope);
    add(part, received_);
  }
  return part;
}

void GridExchange::transpose(std::span<const double> part, std::span<double> result) {
  const int partner = transpose_partner(grid_);
  if (partner == grid_.rank()) {
    std::ranges::copy(part, result.begin());
    return;
  }
  auto scope = timer_.enter(transpose_);
  swap_with({partner, transpose_tag, processes_}, part, result, scope);
}

double GridExchange::sum(double own) {
  sum(std::span(&own, 1));
  return own;
}

void GridExchange::sum(std::span<double> numbers) {
  if (steps_ == 0) return;
  auto scope = timer_.enter(dot_product_);
  std::array<double, 2> others{};
  const auto received = std::span(others).first(numbers.size());
  for (int step = 0; step < steps_; ++step) {
    swap_with({row_partner(grid_, step), dot_product_tag, processes_}, numbers, received, scope);
    add(numbers, received);
  }
}

}  // namespace moderato::workloads::nas::cg
