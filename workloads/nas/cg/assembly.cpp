// SPDX-License-Identifier: Apache-2.0
// Row by row: row i is the sum of those outer products whose vector has an element i. So nothing is
// held but the matrix itself and, for each row, the numbers of these vectors.
#include "nas/cg/assembly.hpp"

#include <algorithm>
#include <numeric>

#include "nas/cg/sparse_vectors.hpp"

namespace moderato::workloads::nas::cg {
namespace {

/// For each row the numbers of the vectors that have an element there, ascending.
struct Incidence {
  std::vector<std::size_t> row_begins;
  std::vector<std::uint32_t> vectors;

  std::span<const std::uint32_t> of_row(std::size_t row) const {
    return std::span(vectors).subspan(row_begins[row], row_begins[row + 1] - row_begins[row]);
  }
};

/// Calls visit(k, place in `rows`) for each element in `rows` of each vector.
template <class Visit>
void for_elements(const SparseVectors& vectors, Range rows, Visit visit) {
  SparseVector vector;
  for (std::size_t k = 0; k < vectors.count(); ++k) {
    vectors.draw(k, vector);
    for (const Element& element : vector)
      if (rows.holds(element.place)) visit(k, element.place - rows.begin);
  }
}

Incidence incidence_of(const SparseVectors& vectors, Range rows) {
  Incidence incidence{std::vector<std::size_t>(rows.size() + 1), {}};
  auto& begins = incidence.row_begins;
  for_elements(vectors, rows, [&](std::size_t, std::size_t row) { ++begins[row]; });
  std::exclusive_scan(begins.begin(), begins.end(), begins.begin(), std::size_t{0});
  incidence.vectors.resize(begins.back());
  auto next = begins;
  for_elements(vectors, rows, [&](std::size_t k, std::size_t row) {
    incidence.vectors[next[row]++] = static_cast<std::uint32_t>(k);
  });
  return incidence;
}

/// A row while it grows: dense sums, and which of them are in use.
class SparseAccumulator {
 public:
  explicit SparseAccumulator(std::size_t columns) : sums_(columns), used_(columns) {}

  void add(std::uint32_t column, double value) {
    if (!used_[column]) places_.push_back(column);
    used_[column] = 1;
    sums_[column] += value;
  }
  std::size_t size() const { return places_.size(); }
  /// Appends the row to the matrix.
  void append_to(Matrix& matrix) {
    std::ranges::sort(places_);
    for (const std::uint32_t column : places_) {
      matrix.columns.push_back(column);
      matrix.values.push_back(sums_[column]);
    }
    matrix.row_begins.push_back(matrix.columns.size());
  }
  void clear() {
    for (const std::uint32_t column : places_) {
      sums_[column] = 0;
      used_[column] = 0;
    }
    places_.clear();
  }

 private:
  std::vector<double> sums_;
  std::vector<char> used_;
  std::vector<std::uint32_t> places_;
};

class Assembly {
 public:
  Assembly(const Class& parameters, Range rows, Range columns)
      : parameters_(parameters),
        rows_(rows),
        columns_(columns),
        vectors_(parameters),
        incidence_(incidence_of(vectors_, rows)),
        accumulator_(columns.size()) {}

  Matrix matrix() {
    const std::size_t elements = count();
    Matrix result;
    result.row_begins.reserve(rows_.size() + 1);
    result.columns.reserve(elements);
    result.values.reserve(elements);
    result.row_begins.push_back(0);
    for_rows([&] { accumulator_.append_to(result); });
    return result;
  }

 private:
  /// To reserve just what is needed, the rows are made twice.
  std::size_t count() {
    std::size_t elements = 0;
    for_rows([&] { elements += accumulator_.size(); });
    return elements;
  }

  template <class Visit>
  void for_rows(Visit visit) {
    for (std::size_t row = rows_.begin; row < rows_.end; ++row) {
      accumulator_.clear();
      for (const std::uint32_t k : incidence_.of_row(row - rows_.begin))
        add_outer_product(k, row);
      if (columns_.holds(row))
        accumulator_.add(static_cast<std::uint32_t>(row - columns_.begin),
                         condition - parameters_.shift);
      visit();
    }
  }

  /// Row `row` of omega_k x_k x_k^T.
  void add_outer_product(std::size_t k, std::size_t row) {
    vectors_.draw(k, vector_);
    const auto own = std::ranges::find(vector_, row, &Element::place);
    const double scale = vectors_.weight(k) * own->value;
    for (const Element& element : vector_)
      if (columns_.holds(element.place))
        accumulator_.add(static_cast<std::uint32_t>(element.place - columns_.begin),
                         scale * element.value);
  }

  const Class& parameters_;
  Range rows_, columns_;
  SparseVectors vectors_;
  Incidence incidence_;
  SparseAccumulator accumulator_;
  SparseVector vector_;
};

}  // namespace

Matrix assemble(const Class& parameters, Range rows, Range columns) {
  return Assembly(parameters, rows, columns).matrix();
}

}  // namespace moderato::workloads::nas::cg
