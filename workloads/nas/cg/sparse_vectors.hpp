// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nas/cg/classes.hpp"
#include "nas/random.hpp"

namespace moderato::workloads::nas::cg {

struct Element {
  std::uint32_t place;
  double value;
};
using SparseVector = std::vector<Element>;  ///< in no order, no place twice

/// The random sparse vectors x_0, ..., x_{n-1} of which the matrix is the weighted sum of outer
/// products. Stored is where in the random sequence each begins, and drawn again is whatever is
/// asked for: that is fast, and takes a twentieth of the memory of the vectors themselves.
class SparseVectors {
 public:
  explicit SparseVectors(const Class& parameters);

  std::size_t count() const { return seeds_.size(); }
  /// omega_k, from 1 down to rcond in a geometric sequence.
  double weight(std::size_t k) const { return weights_[k]; }
  /// Element k is 1/2; the other values and places are random. `vector`: its memory is used again.
  void draw(std::size_t k, SparseVector& vector) const;

 private:
  std::size_t order_, nonzeros_;
  double places_;  ///< the power of two from which places are drawn
  std::vector<std::uint64_t> seeds_;
  std::vector<double> weights_;
};

}  // namespace moderato::workloads::nas::cg
