// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "nas/cg/assembly.hpp"
#include "nas/cg/process_grid.hpp"
#include "nas/cg/sparse_vectors.hpp"

using namespace moderato::workloads::nas;
using namespace moderato::workloads::nas::cg;

namespace {

constexpr Class small{100, 4, 15, 10, 0};
constexpr Range all{0, small.order};

using Place = std::pair<std::size_t, std::size_t>;  ///< row, column
using Elements = std::map<Place, double>;

void add_elements(const Matrix& matrix, Range rows, Range columns, Elements& elements) {
  REQUIRE(matrix.rows() == rows.size());
  REQUIRE(matrix.columns.size() == matrix.values.size());
  REQUIRE(matrix.row_begins.back() == matrix.values.size());
  for (std::size_t row = 0; row < matrix.rows(); ++row)
    for (std::size_t k = matrix.row_begins[row]; k < matrix.row_begins[row + 1]; ++k) {
      REQUIRE(matrix.columns[k] < columns.size());
      const Place place{rows.begin + row, columns.begin + matrix.columns[k]};
      REQUIRE(elements.emplace(place, matrix.values[k]).second);
    }
}

Elements elements_of(const Class& parameters) {
  const Range range{0, parameters.order};
  Elements elements;
  add_elements(assemble(parameters, range, range), range, range, elements);
  return elements;
}

/// The definition: a sum of outer products, and a diagonal.
Elements by_definition(const Class& parameters) {
  Elements elements;
  const SparseVectors vectors(parameters);
  SparseVector vector;
  for (std::size_t k = 0; k < vectors.count(); ++k) {
    vectors.draw(k, vector);
    for (const Element& a : vector)
      for (const Element& b : vector)
        elements[{a.place, b.place}] += vectors.weight(k) * a.value * b.value;
    elements[{k, k}] += 0.1 - parameters.shift;
  }
  return elements;
}

}  // namespace

TEST_CASE("a random vector has distinct places, values in (0, 1), and 1/2 at its own place") {
  const SparseVectors vectors(small);
  REQUIRE(vectors.count() == small.order);
  SparseVector vector;
  for (std::size_t k = 0; k < vectors.count(); ++k) {
    vectors.draw(k, vector);
    std::set<std::size_t> places;
    for (const Element& element : vector) {
      places.insert(element.place);
      CHECK(element.place < small.order);
      CHECK(element.value > 0);
      CHECK(element.value < 1);
      if (element.place == k) CHECK(element.value == 0.5);
    }
    CHECK(places.contains(k));
    CHECK(places.size() == vector.size());
    CHECK((vector.size() == small.nonzeros || vector.size() == small.nonzeros + 1));
  }
}

TEST_CASE("a vector is the same whenever it is drawn") {
  const SparseVectors vectors(small);
  SparseVector first, again, other;
  vectors.draw(7, first);
  vectors.draw(90, other);
  vectors.draw(7, again);
  CHECK(std::ranges::equal(first, again, [](const Element& a, const Element& b) {
    return a.place == b.place && a.value == b.value;
  }));
}

TEST_CASE("the weights fall geometrically from 1 towards the reciprocal of the condition number") {
  const SparseVectors vectors(small);
  CHECK(vectors.weight(0) == 1);
  const double ratio = vectors.weight(1);
  for (std::size_t k = 1; k < vectors.count(); ++k)
    CHECK(vectors.weight(k) / vectors.weight(k - 1) == doctest::Approx(ratio));
  CHECK(vectors.weight(small.order - 1) * ratio == doctest::Approx(0.1));
}

TEST_CASE("the matrix is the sum of the outer products, less the shift") {
  const Elements got = elements_of(small), expected = by_definition(small);
  REQUIRE(got.size() == expected.size());
  for (const auto& [place, value] : expected) {
    REQUIRE(got.contains(place));
    CHECK(got.at(place) == doctest::Approx(value).epsilon(1e-13));
  }
}

TEST_CASE("the matrix is symmetric and has its whole diagonal") {
  const Elements elements = elements_of(row_of(classes, ProblemClass::S));
  for (const auto& [place, value] : elements) {
    const auto mirrored = elements.find({place.second, place.first});
    REQUIRE(mirrored != elements.end());
    CHECK(std::abs(mirrored->second - value) < 1e-14);
  }
  for (std::size_t i = 0; i < 1400; ++i)
    CHECK(elements.contains({i, i}));
}

TEST_CASE("columns ascend in each row") {
  const Matrix matrix = assemble(small, all, all);
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    const auto begin = matrix.columns.begin();
    const auto from = begin + static_cast<std::ptrdiff_t>(matrix.row_begins[row]);
    const auto to = begin + static_cast<std::ptrdiff_t>(matrix.row_begins[row + 1]);
    CHECK(std::adjacent_find(from, to, std::greater_equal<>()) == to);
  }
}

TEST_CASE("the blocks of a grid of processes are the matrix, to the last bit") {
  const Elements whole = elements_of(small);
  for (const int ranks : {2, 4, 8, 32}) {
    Elements blocks;
    for (int rank = 0; rank < ranks; ++rank) {
      const ProcessGrid grid = make_grid(ranks, rank);
      const Range rows = rows_of(grid, small.order), columns = columns_of(grid, small.order);
      add_elements(assemble(small, rows, columns), rows, columns, blocks);
    }
    CHECK(blocks == whole);
  }
}

TEST_CASE("memory is reserved for the elements that there are, and no more") {
  const Matrix matrix = assemble(small, all, all);
  CHECK(matrix.values.capacity() == matrix.values.size());
  CHECK(matrix.columns.capacity() == matrix.columns.size());
}

TEST_CASE("a product with the matrix is that of its elements") {
  const Matrix matrix = assemble(small, all, all);
  std::vector<double> vector(small.order), result(small.order), expected(small.order);
  Random random(1);
  random.fill(vector);
  multiply(matrix, vector, result);
  for (const auto& [place, value] : elements_of(small))
    expected[place.first] += value * vector[place.second];
  for (std::size_t i = 0; i < small.order; ++i)
    CHECK(result[i] == doctest::Approx(expected[i]).epsilon(1e-12));
}
