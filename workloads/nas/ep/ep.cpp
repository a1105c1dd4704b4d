// SPDX-License-Identifier: Apache-2.0
#include "nas/ep/ep.hpp"

#include <fmt/format.h>

#include "nas/ep/classes.hpp"
#include "nas/process_counts.hpp"
#include "nas/random.hpp"

namespace moderato::workloads::nas::ep {
namespace {

constexpr std::uint64_t seed = 271828183;
constexpr int log2_batch = 16;
constexpr std::size_t batch_pairs = std::size_t{1} << log2_batch;

int batches(const Class& parameters) {
  return 1 << (parameters.log2_pairs - log2_batch);
}

class Ep : public Benchmark {
 public:
  Ep(const Class& parameters, MPI_Comm processes, PhaseTimer& timer)
      : parameters_(parameters), processes_(processes), timer_(timer) {
    int rank = 0, ranks = 1;
    MPI_Comm_rank(processes, &rank);
    MPI_Comm_size(processes, &ranks);
    own_batches_ = static_cast<std::size_t>(batches(parameters) / ranks);
    first_batch_ = own_batches_ * static_cast<std::size_t>(rank);
  }

  std::size_t iterations() const override { return own_batches_; }
  double operations() const override {
    return 2.0 * static_cast<double>(std::int64_t{1} << parameters_.log2_pairs);
  }
  void start() override { tally_ = {}; }
  /// Each batch finds its place in the sequence of random numbers by itself.
  void iterate(std::size_t iteration) override {
    Random random(seed);
    random.skip(2 * batch_pairs * (first_batch_ + iteration));
    add_deviates(random, batch_pairs, tally_);
  }
  void finish() override;
  Checks checks() override;

 private:
  const Class& parameters_;
  MPI_Comm processes_;
  PhaseTimer& timer_;
  PhaseTimer::Phase reduction_ = timer_.add("reduction");
  std::size_t own_batches_ = 0, first_batch_ = 0;
  Tally tally_;
};

/// The tally of all processes, at each of them.
void Ep::finish() {
  std::array sums{tally_.sum_x, tally_.sum_y, tally_.absolute_sum_x, tally_.absolute_sum_y};
  auto scope = timer_.enter(reduction_);
  scope.sends(sizeof sums);
  MPI_Allreduce(MPI_IN_PLACE, sums.data(), sums.size(), MPI_DOUBLE, MPI_SUM, processes_);
  scope.sends(sizeof tally_.counts);
  MPI_Allreduce(MPI_IN_PLACE, tally_.counts.data(), annuli, MPI_INT64_T, MPI_SUM, processes_);
  tally_ = {sums[0], sums[1], sums[2], sums[3], tally_.counts};
}

Checks Ep::checks() {
  const Tally& expected = parameters_.reference;
  Checks checks{{"sum_x", tally_.sum_x, expected.sum_x, tolerance},
                {"sum_y", tally_.sum_y, expected.sum_y, tolerance},
                {"absolute_sum_x", tally_.absolute_sum_x, expected.absolute_sum_x, tolerance},
                {"absolute_sum_y", tally_.absolute_sum_y, expected.absolute_sum_y, tolerance}};
  for (std::size_t l = 0; l < annuli; ++l)
    checks.push_back({fmt::format("annulus_{}_count", l), static_cast<double>(tally_.counts[l]),
                      static_cast<double>(expected.counts[l]), 0});
  return checks;
}

}  // namespace

std::optional<std::string> refusal(ProblemClass problem, int processes) {
  if (auto reason = refuse_unless_power_of_two("EP", processes)) return reason;
  const int most = batches(row_of(classes, problem));
  if (processes <= most) return std::nullopt;
  return fmt::format("EP class {} has {} batches of 2^{} pairs: too few for {} processes",
                     letter(problem), most, log2_batch, processes);
}

std::unique_ptr<Benchmark> make(ProblemClass problem, MPI_Comm processes, PhaseTimer& timer) {
  return std::make_unique<Ep>(row_of(classes, problem), processes, timer);
}

}  // namespace moderato::workloads::nas::ep
