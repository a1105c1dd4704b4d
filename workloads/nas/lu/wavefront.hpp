// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "nas/lu/diagonals.hpp"
#include "nas/lu/jacobians.hpp"

namespace moderato::workloads::nas::lu {

/// Five components of a number of points, one component behind the other.
class Components {
 public:
  explicit Components(int points)
      : points_(points), values_(static_cast<std::size_t>(points) * cfd::components) {}

  double* operator[](int component) { return values_.data() + component * points_; }
  const double* operator[](int component) const { return values_.data() + component * points_; }
  std::span<double> values() { return values_; }

 private:
  std::ptrdiff_t points_;
  std::vector<double> values_;
};

/// What crosses the edges of a plane: the changes of the fluxes across x, for each j, and across
/// y, for each i.
struct Edges {
  Components x, y;
};

enum class Sweep { lower, upper };

/// The blocks of the matrix: D, and what makes fluxes into those of -omega L or -omega U.
struct Blocks {
  DiagonalBlock diagonal;
  std::array<cfd::FluxWeights, 3> weights;  ///< along x, y and z
};

/// One sweep of SSOR, plane after plane, with the points of a plane in the order of the wavefront:
/// of Diagonals in the lower sweep, and backwards in the upper one, which is thereby the same but
/// for the sign of convection. With A = D + L + U,
///   lower: (D + omega L) v = r      upper: (D + omega U) w = D v.
/// Each solved point passes -omega L v (or U) on to its three successors, so that the blocks of L
/// and U are applied where the state is at hand.
class Wavefront {
 public:
  /// `time_step`: dt.
  Wavefront(const cfd::Block& block, double time_step);

  /// To where nothing comes from before: from the boundary, where values do not change.
  void begin(Sweep sweep);
  /// Solves the plane. In: states(), the right-hand side in values() (upper sweep: the result of
  /// the lower one) and, from processes before, incoming(). Out: values() and outgoing().
  void solve_plane();

  const Diagonals& order() const { return order_; }
  Components& states() { return states_; }
  Components& values() { return values_; }
  Edges& incoming() { return incoming_; }
  Edges& outgoing() { return outgoing_; }

 private:
  void take_edges(int d);
  void give_edges(int d);
  template <Sweep sweep>
  void solve_diagonal(int d);

  Diagonals order_;
  int nx_, ny_;
  Blocks blocks_{};
  Sweep sweep_ = Sweep::lower;
  Components states_, values_;
  Components across_z_;                 ///< from the plane before, at each point
  Components across_x_;                 ///< from the diagonal before, at each j
  std::array<Components, 2> across_y_;  ///< the same, one j further; of this and the last diagonal
  Edges incoming_, outgoing_;
};

}  // namespace moderato::workloads::nas::lu
