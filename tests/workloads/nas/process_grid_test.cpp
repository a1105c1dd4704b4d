// SPDX-License-Identifier: Apache-2.0
#include "nas/cg/process_grid.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace moderato::workloads::nas;
using namespace moderato::workloads::nas::cg;

namespace {

constexpr std::size_t n = 1400;

template <class Check>
void for_processes(Check check) {
  for (int ranks = 1; ranks <= 128; ranks *= 2) {
    for (int rank = 0; rank < ranks; ++rank) {
      CAPTURE(ranks);
      CAPTURE(rank);
      check(ranks, make_grid(ranks, rank));
    }
  }
}

}  // namespace

TEST_CASE("parts cover everything once, and differ by one at most") {
  for (const std::size_t parts : {1, 2, 3, 7, 64, 1400}) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < parts; ++i) {
      const Range part = part_of(n, parts, i);
      CHECK(part.begin == next);
      CHECK(part.size() >= n / parts);
      CHECK(part.size() <= n / parts + 1);
      next = part.end;
    }
    CHECK(next == n);
  }
}

TEST_CASE("a part is two parts of the cut into twice as many") {
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(part_of(1401, 8, i).begin == part_of(1401, 16, 2 * i).begin);
    CHECK(part_of(1401, 8, i).end == part_of(1401, 16, 2 * i + 1).end);
  }
}

TEST_CASE("the grid has as many columns as rows, or twice as many") {
  for_processes([](int ranks, const ProcessGrid& grid) {
    CHECK(grid.rows * grid.columns == ranks);
    CHECK((grid.columns == grid.rows || grid.columns == 2 * grid.rows));
    CHECK(grid.row < grid.rows);
    CHECK(grid.column < grid.columns);
  });
}

TEST_CASE("ranks are places in the grid") {
  for (int ranks = 1; ranks <= 128; ranks *= 2)
    for (int rank = 0; rank < ranks; ++rank)
      CHECK(make_grid(ranks, rank).rank() == rank);
}

TEST_CASE("partners of a transposition are each other's, and have what the other needs") {
  for_processes([](int ranks, const ProcessGrid& grid) {
    const ProcessGrid partner = make_grid(ranks, transpose_partner(grid));
    CHECK(transpose_partner(partner) == grid.rank());
    CHECK(transposed_part(partner, n) == columns_of(grid, n));
    const Range sent = transposed_part(grid, n), own = rows_of(grid, n);
    CHECK(own.begin <= sent.begin);
    CHECK(sent.end <= own.end);
  });
}

TEST_CASE("neighbours of a grid that is no square transpose the two halves of a row piece") {
  for_processes([](int ranks, const ProcessGrid& grid) {
    if (grid.is_square()) return;
    const ProcessGrid neighbour = make_grid(ranks, row_partner(grid, 0));
    const Range own = transposed_part(grid, n), other = transposed_part(neighbour, n);
    CHECK(own.size() + other.size() == rows_of(grid, n).size());
    CHECK((own.end == other.begin || other.end == own.begin));
  });
}

TEST_CASE("in log2 steps a process has heard of its whole grid row and of nobody else") {
  for (int ranks = 1; ranks <= 128; ranks *= 2) {
    std::vector<std::set<int>> heard(static_cast<std::size_t>(ranks));
    for (int rank = 0; rank < ranks; ++rank)
      heard[static_cast<std::size_t>(rank)] = {rank};
    for (int step = 0; 1 << step < make_grid(ranks, 0).columns; ++step) {
      const auto before = heard;
      for (int rank = 0; rank < ranks; ++rank) {
        const auto& other =
            before[static_cast<std::size_t>(row_partner(make_grid(ranks, rank), step))];
        heard[static_cast<std::size_t>(rank)].insert(other.begin(), other.end());
      }
    }
    for (int rank = 0; rank < ranks; ++rank) {
      std::set<int> row;
      for (int other = 0; other < ranks; ++other)
        if (make_grid(ranks, other).row == make_grid(ranks, rank).row) row.insert(other);
      CHECK(heard[static_cast<std::size_t>(rank)] == row);
    }
  }
}
