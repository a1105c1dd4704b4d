// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <filesystem>

#include "core/file.hpp"
#include "tune/findings.hpp"
#include "tune/measure.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

const Link link{"lab",
                {{"node7", {"ssh", "node7"}, "eth2", "10.1.0.7", "mlx5_0"},
                 {"node8", {"ssh", "node8"}, "eth2", "10.1.0.8", "mlx5_0"}}};

}  // namespace

TEST_CASE("every shipped policy is valid and runs workloads that are shipped") {
  const fs::path root = MODERATO_SOURCE_DIR;
  const WorkloadPaths paths{.own = {},
                            .catalogue = root / "workloads/catalogue",
                            .libexec = "/usr/libexec/moderato",
                            .moderato = "/usr/bin/moderato"};
  int policies = 0;
  for (const auto& entry : fs::directory_iterator(root / "policies")) {
    if (entry.path().extension() != ".json") continue;
    CAPTURE(entry.path().string());
    const auto text = read_file(entry.path());
    REQUIRE(text);
    const auto policy = policy_of(*text, entry.path());
    REQUIRE_MESSAGE(policy, policy.error().message);
    const auto prepared = prepare_workloads(*policy, link, paths);
    REQUIRE_MESSAGE(prepared, prepared.error().message);
    CHECK(prepared->workloads.size() == policy->workloads.size());
    ++policies;
  }
  CHECK(policies >= 7);
}

}  // namespace moderato
