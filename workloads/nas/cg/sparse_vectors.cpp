// SPDX-License-Identifier: Apache-2.0
#include "nas/cg/sparse_vectors.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace moderato::workloads::nas::cg {
namespace {

constexpr std::uint64_t seed = 314159265;

bool has_place(const SparseVector& vector, std::size_t place) {
  return std::ranges::any_of(vector,
                             [&](const Element& element) { return element.place == place; });
}

/// Values and places alternate in the random sequence. A place beyond the end, or drawn before, is
/// dropped together with its value.
void draw_elements(Random& random, std::size_t order, std::size_t nonzeros, double places,
                   SparseVector& vector) {
  vector.clear();
  while (vector.size() < nonzeros) {
    const double value = random.next();
    const auto place = static_cast<std::size_t>(places * random.next());
    if (place < order && !has_place(vector, place))
      vector.push_back({static_cast<std::uint32_t>(place), value});
  }
}

void set_element(SparseVector& vector, std::size_t place, double value) {
  for (Element& element : vector) {
    if (element.place != place) continue;
    element.value = value;
    return;
  }
  vector.push_back({static_cast<std::uint32_t>(place), value});
}

}  // namespace

SparseVectors::SparseVectors(const Class& parameters)
    : order_(parameters.order),
      nonzeros_(parameters.nonzeros),
      places_(static_cast<double>(std::bit_ceil(parameters.order))) {
  Random random(seed);
  random.next();  // the reference draws one number before the matrix
  SparseVector vector;
  const double ratio = std::pow(condition, 1.0 / static_cast<double>(order_));
  double weight = 1;
  for (std::size_t k = 0; k < order_; ++k, weight *= ratio) {
    seeds_.push_back(random.state());
    weights_.push_back(weight);
    draw_elements(random, order_, nonzeros_, places_, vector);
  }
}

void SparseVectors::draw(std::size_t k, SparseVector& vector) const {
  Random random(seeds_[k]);
  draw_elements(random, order_, nonzeros_, places_, vector);
  set_element(vector, k, 0.5);
}

}  // namespace moderato::workloads::nas::cg
