// SPDX-License-Identifier: Apache-2.0
// mpirun carries a rank's stdout. A sample stream is binary, and long.
#include "../random_samples.hpp"
#include "local_run.hpp"

using namespace moderato;

namespace {

/// Rank 0 prints the samples, rank 1 nothing.
Argv printing(std::size_t count) {
  return {"sh", "-c",
          fmt::format("[ $OMPI_COMM_WORLD_RANK = 1 ] || exec {} {}", PRINT_RANDOM_SAMPLES, count)};
}

}  // namespace

TEST_CASE("a million samples come through mpirun unharmed") {
  if (without_mpirun()) return;
  const auto expected = random_samples(1'000'000);
  const auto done = run_workload(mpi_command(printing(expected.size())), {}, patient);
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().error.message + done.error().err));
  REQUIRE(done->samples.values.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    REQUIRE(done->samples.values[i] ==
            doctest::Approx(static_cast<double>(expected[i]) * 1e-3).epsilon(1e-12));
  CHECK(done->samples.counters == std::map<std::string, double>{{"lost", 0.5}});
}

TEST_CASE("samples of both ranks at once are no stream") {
  if (without_mpirun()) return;
  const auto done = run_workload(mpi_command({PRINT_RANDOM_SAMPLES, "100"}), {}, patient);
  REQUIRE_FALSE(done);
  CHECK(done.error().error.message.starts_with("wrong output: "));
}
