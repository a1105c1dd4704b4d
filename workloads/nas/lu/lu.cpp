// SPDX-License-Identifier: Apache-2.0
#include "nas/lu/lu.hpp"

#include <fmt/format.h>

#include "nas/cfd/checks.hpp"
#include "nas/cfd/exact.hpp"
#include "nas/cfd/norms.hpp"
#include "nas/cfd/space_operator.hpp"
#include "nas/lu/classes.hpp"
#include "nas/lu/exchange.hpp"
#include "nas/lu/plane_order.hpp"
#include "nas/lu/surface_integral.hpp"
#include "nas/process_counts.hpp"

namespace moderato::workloads::nas::lu {
namespace {

Decomposition decomposition_of(MPI_Comm processes) {
  int rank = 0, ranks = 1;
  MPI_Comm_rank(processes, &rank);
  MPI_Comm_size(processes, &ranks);
  return decompose(rank, ranks);
}

class Lu : public Benchmark {
 public:
  Lu(const Class& parameters, MPI_Comm processes, PhaseTimer& timer)
      : parameters_(parameters),
        processes_(processes),
        decomposition_(decomposition_of(processes)),
        block_(decomposition_.block({parameters.points, parameters.points, parameters.points})),
        messages_(decomposition_, block_.size, processes, timer),
        space_operator_(block_),
        wavefront_(block_, parameters.time_step),
        solution_(block_.size, cfd::solution_halo),
        forcing_(block_.size, 0),
        residual_(block_.size, 0) {
    space_operator_.set_forcing(solution_, forcing_);
  }

  std::size_t iterations() const override { return static_cast<std::size_t>(parameters_.steps); }
  double operations() const override;
  void start() override;
  void iterate(std::size_t iteration) override;
  void finish() override;
  Checks checks() override;

 private:
  void lower_sweep();
  void upper_sweep();
  std::span<double> plane(int k) {
    return {residual_.plane(k), static_cast<std::size_t>(residual_.k_stride())};
  }

  const Class& parameters_;
  MPI_Comm processes_;
  Decomposition decomposition_;
  cfd::Block block_;
  Messages messages_;
  cfd::SpaceOperator space_operator_;
  Wavefront wavefront_;
  cfd::Field solution_, forcing_, residual_;
  State residual_norms_{};
};

/// The report's count for one time step, as a polynomial in the points of the grid.
double Lu::operations() const {
  const double n = parameters_.points;
  return parameters_.steps * (1984.77 * n * n * n - 10923.3 * n * n + 27770.9 * n - 144010);
}

void Lu::start() {
  cfd::initialise(block_, solution_);
  space_operator_.apply(solution_, forcing_, residual_);
}

/// (D + omega L) v = dt * residual, plane by plane upwards; v takes the residual's place, in the
/// order of the wavefront.
void Lu::lower_sweep() {
  const Diagonals& order = wavefront_.order();
  wavefront_.begin(Sweep::lower);
  for (int k = 0; k < block_.size[2]; ++k) {
    load_plane(order, Sweep::lower, solution_, k, 1, wavefront_.states());
    load_plane(order, Sweep::lower, residual_, k, parameters_.time_step, wavefront_.values());
    messages_.receive_edges(Sweep::lower, wavefront_.incoming());
    wavefront_.solve_plane();
    messages_.send_edges(Sweep::lower, wavefront_.outgoing());
    keep(wavefront_.values(), plane(k));
  }
}

/// (D + omega U) w = D v, plane by plane downwards, and solution += w / (omega (2 - omega)).
void Lu::upper_sweep() {
  const Diagonals& order = wavefront_.order();
  wavefront_.begin(Sweep::upper);
  for (int k = block_.size[2] - 1; k >= 0; --k) {
    load_plane(order, Sweep::upper, solution_, k, 1, wavefront_.states());
    fetch_reversed(plane(k), wavefront_.values());
    messages_.receive_edges(Sweep::upper, wavefront_.incoming());
    wavefront_.solve_plane();
    messages_.send_edges(Sweep::upper, wavefront_.outgoing());
    add_to_plane(order, Sweep::upper, wavefront_.values(), 1 / (omega * (2 - omega)), solution_, k);
  }
}

void Lu::iterate(std::size_t) {
  lower_sweep();
  upper_sweep();
  messages_.exchange_halo(solution_);
  space_operator_.apply(solution_, forcing_, residual_);
}

void Lu::finish() {
  residual_norms_ = messages_.root_mean_square(cfd::sum_of_squares(residual_), block_.grid);
}

Checks Lu::checks() {
  Checks checks;
  cfd::add_checks("residual_norm", residual_norms_, parameters_.residual_norms, tolerance, checks);
  const State errors =
      cfd::root_mean_square(cfd::sum_of_squared_errors(block_, solution_), block_.grid, processes_);
  cfd::add_checks("error_norm", errors, parameters_.error_norms, tolerance, checks);
  double integral = surface_integral(block_, solution_);
  MPI_Allreduce(MPI_IN_PLACE, &integral, 1, MPI_DOUBLE, MPI_SUM, processes_);
  checks.push_back({"surface_integral", integral, parameters_.surface_integral, tolerance});
  return checks;
}

}  // namespace

std::optional<std::string> refusal(ProblemClass problem, int processes) {
  if (auto reason = refuse_unless_power_of_two("LU", processes)) return reason;
  const int inside = row_of(classes, problem).points - 2;
  const auto along = decompose(0, processes).processes;
  if (inside / std::max(along[0], along[1]) >= cfd::solution_halo) return std::nullopt;
  return fmt::format(
      "LU class {} has {} points inside the grid along x and y, and each process"
      " needs {} of them: too few for {} x {} processes",
      letter(problem), inside, cfd::solution_halo, along[0], along[1]);
}

std::unique_ptr<Benchmark> make(ProblemClass problem, MPI_Comm processes, PhaseTimer& timer) {
  return std::make_unique<Lu>(row_of(classes, problem), processes, timer);
}

}  // namespace moderato::workloads::nas::lu
