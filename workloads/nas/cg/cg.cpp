// SPDX-License-Identifier: Apache-2.0
#include "nas/cg/cg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "nas/cg/assembly.hpp"
#include "nas/cg/classes.hpp"
#include "nas/cg/solver.hpp"
#include "nas/process_counts.hpp"

namespace moderato::workloads::nas::cg {
namespace {

constexpr double steps = 25;

ProcessGrid grid_of(MPI_Comm processes) {
  int rank = 0, ranks = 1;
  MPI_Comm_rank(processes, &rank);
  MPI_Comm_size(processes, &ranks);
  return make_grid(ranks, rank);
}

class Cg : public Benchmark {
 public:
  Cg(const Class& parameters, MPI_Comm processes, PhaseTimer& timer)
      : Cg(parameters, grid_of(processes), processes, timer) {}

  std::size_t iterations() const override { return parameters_.iterations; }
  double operations() const override;
  void start() override { std::ranges::fill(x_, 1.0); }
  void iterate(std::size_t iteration) override;
  Checks checks() override { return {{"zeta", zeta_, parameters_.zeta, tolerance}}; }

 private:
  Cg(const Class& parameters, const ProcessGrid& grid, MPI_Comm processes, PhaseTimer& timer)
      : parameters_(parameters),
        matrix_(assemble(parameters, rows_of(grid, parameters.order),
                         columns_of(grid, parameters.order))),
        exchange_(grid, parameters.order, processes, timer),
        x_(columns_of(grid, parameters.order).size()),
        z_(x_.size()),
        solver_(matrix_, x_.size(), exchange_) {}

  const Class& parameters_;
  Matrix matrix_;
  GridExchange exchange_;
  std::vector<double> x_, z_;
  Solver solver_;
  double zeta_ = 0;
};

/// Additions and multiplications: of the products with the matrix, whose vectors of `nonzeros`
/// elements give about that times one more a row, and of the vectors' updates and norms.
double Cg::operations() const {
  const auto n = static_cast<double>(parameters_.order);
  const auto nonzeros = static_cast<double>(parameters_.nonzeros);
  const double product = nonzeros * (nonzeros + 1);
  return 2 * static_cast<double>(parameters_.iterations) * n *
         (3 + product + steps * (5 + product) + 3);
}

/// A step of the inverse power method: zeta = lambda + 1 / (x . z), and x becomes z / |z|.
void Cg::iterate(std::size_t) {
  solver_.solve(x_, z_);
  std::array products{dot(x_, z_), dot(z_, z_)};
  exchange_.sum(products);
  zeta_ = parameters_.shift + 1 / products[0];
  const double scale = 1 / std::sqrt(products[1]);
  for (std::size_t i = 0; i < x_.size(); ++i)
    x_[i] = scale * z_[i];
}

}  // namespace

std::optional<std::string> refusal(ProblemClass problem, int processes) {
  if (auto reason = refuse_unless_power_of_two("CG", processes)) return reason;
  const std::size_t n = row_of(classes, problem).order;
  const int columns = make_grid(processes, 0).columns;
  if (static_cast<std::size_t>(columns) <= n) return std::nullopt;
  return fmt::format("CG class {} has {} columns: too few for {} processes in {} columns",
                     letter(problem), n, processes, columns);
}

std::unique_ptr<Benchmark> make(ProblemClass problem, MPI_Comm processes, PhaseTimer& timer) {
  return std::make_unique<Cg>(row_of(classes, problem), processes, timer);
}

}  // namespace moderato::workloads::nas::cg
