// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "known_knobs.hpp"
#include "policy/policy.hpp"

using namespace moderato;
namespace fs = std::filesystem;

namespace {

const fs::path folder = fs::path(MODERATO_SOURCE_DIR) / "policies";

std::string content(const fs::path& path) {
  std::ifstream in(path);
  REQUIRE(in.good());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Policy shipped(const std::string& name) {
  const auto path = folder / (name + ".json");
  auto policy = parse_policy(content(path), path.filename().string(), known_knobs());
  REQUIRE_MESSAGE(policy.has_value(), policy.error().message);
  return std::move(*policy);
}

std::set<std::string> shipped_names() {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") names.insert(entry.path().stem().string());
  }
  return names;
}

std::string parameter(const WorkloadUse& use, const std::string& name) {
  const auto found = use.parameters.find(name);
  return found == use.parameters.end() ? "0" : found->second;
}

/// Those of a run of class W of a NAS benchmark, by what the benchmark is called.
int nas_iterations(const std::string& name) {
  static const std::map<std::string, int> iterations{
      {"nas-cg", 15}, {"nas-lu", 300}, {"nas-sp", 400}};
  return iterations.at(name);
}

int samples(const WorkloadUse& use) {
  if (!use.name.starts_with("nas-")) return std::stoi(parameter(use, "iterations"));
  const int runs = std::stoi(parameter(use, "runs"));
  if (parameter(use, "sample") == "run") return runs;
  REQUIRE(parameter(use, "class") == "W");
  return runs * nas_iterations(use.name);
}

/// Samples for a distribution-free 95 % interval (policies/README.md).
int samples_needed(Metric metric) {
  if (metric == Metric::p99) return 368;
  if (metric == Metric::mean) return 10;  // needs none: few are enough for a run time
  return metric == Metric::p999 ? 3688 : 72;
}

}  // namespace

TEST_CASE("every shipped policy is read, under its file's name, and plans a study") {
  for (const auto& name : shipped_names()) {
    CAPTURE(name);
    const Policy policy = shipped(name);
    CHECK(policy.name == name);
    CHECK(!policy.description.empty());
    CHECK(policy.max_minutes > 0);
    CHECK(policy.plan.confirm_rounds >= 15);
  }
}

/// That of the loopback link for the policy which is for it; outside the space for the others.
Settings baseline_for(const std::string& name) {
  if (name != "quickstart") return {};
  return {{"napi-defer-hard-irqs", 1}, {"gro-flush-timeout", 50000}};
}

TEST_CASE("shipped policies search as many candidates as their table says") {
  const std::map<std::string, std::size_t> table{{"quickstart", 6},
                                                 {"sockets-latency", 16},
                                                 {"sockets-throughput", 21},
                                                 {"mpi-latency", 9},
                                                 {"ethernet-coalescing", 44},
                                                 {"ethernet-adaptive", 41},
                                                 {"ethernet-usecs", 8},
                                                 {"network", 12},
                                                 {"micro", 12},
                                                 {"macro", 12},
                                                 {"srq-limit", 30},
                                                 {"paper", 32}};
  const std::string readme = content(folder / "README.md");
  std::set<std::string> listed;
  for (const auto& [name, count] : table) {
    CAPTURE(name);
    listed.insert(name);
    const Policy policy = shipped(name);
    CHECK(enumerate(policy.space, baseline_for(policy.name)).size() == count);
    const auto row = readme.find("| `" + name + "` |");
    REQUIRE(row != std::string::npos);
    CHECK(readme.substr(row, readme.find('\n', row) - row)
              .ends_with("| " + std::to_string(count) + " |"));
  }
  CHECK(listed == shipped_names());
}

TEST_CASE("shipped policies take enough samples for what they claim") {
  for (const auto& name : shipped_names()) {
    const Policy policy = shipped(name);
    for (const WorkloadUse& use : policy.workloads) {
      CAPTURE(name);
      CHECK(samples(use) >= samples_needed(policy.objective));
    }
  }
}

TEST_CASE("the quickstart ends within about two minutes at a third of a second a trial") {
  const Policy policy = shipped("quickstart");
  const auto candidates =
      static_cast<int>(enumerate(policy.space, baseline_for(policy.name)).size());
  CHECK(planned_trials(policy.plan, candidates) == 10 + (6 + 1) * 3 + 4 * 15);
  CHECK(planned_trials(policy.plan, candidates) * 0.35 < 120);
}

TEST_CASE("the vendor's and the paper's settings are candidates of the paper's space") {
  const Policy policy = shipped("ethernet-coalescing");
  const auto candidates = enumerate(policy.space, {});
  const auto holds = [&](const Settings& wanted) {
    return std::ranges::any_of(candidates, [&](const Candidate& candidate) {
      return std::ranges::all_of(wanted, [&](const auto& setting) {
        return candidate.settings.at(setting.first) == setting.second;
      });
    });
  };
  CHECK(holds({{"adaptive-rx", 0}, {"rx-frames", 1}}));
  CHECK(holds({{"adaptive-rx", 0}, {"rx-frames", 88}, {"rx-usecs", 16}}));
  CHECK(holds({{"adaptive-rx", 1}, {"rx-usecs-low", 40}, {"rx-usecs-high", 1000}}));
  CHECK(holds({{"adaptive-rx", 1}, {"rx-usecs-low", 0}, {"rx-usecs-high", 128}}));
}

TEST_CASE("the schema's documentation names every field of the shipped policies") {
  const std::string readme = content(folder / "README.md");
  for (const char* field : {"`schema`",
                            "`name`",
                            "`class`",
                            "`description`",
                            "`workloads[].use`",
                            "`workloads[].parameters`",
                            "`space.parameters`",
                            "`space.constraints`",
                            "`objective.metric`",
                            "`searcher.name`",
                            "`budget.max_minutes`",
                            "`measurement.calibration_rounds`",
                            "`measurement.search_rounds`",
                            "`measurement.batch`",
                            "`measurement.finalists`",
                            "`measurement.confirm_rounds`",
                            "`measurement.settle_s`",
                            "`measurement.trial_timeout_s`",
                            "`measurement.keep_samples`",
                            "`decision.alpha`",
                            "`safety.heartbeat_timeout_s`"})
    CHECK_MESSAGE(readme.find(std::string("| ") + field + " |") != std::string::npos, field);
}

TEST_CASE("a policy damaged anywhere is read or refused with its source named, never worse") {
  const std::string good = content(folder / "ethernet-coalescing.json");
  const std::string bytes = "{}[],:\"0-9.eE \\n\x80";
  std::mt19937 random(3);
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text = good;
    for (auto changes = 1 + random() % 3; changes > 0; --changes)
      text[random() % text.size()] = bytes[random() % bytes.size()];
    const auto policy = parse_policy(text, "p.json", known_knobs());
    if (policy) continue;
    ++refused;
    REQUIRE(policy.error().message.starts_with("p.json: "));
  }
  CHECK(refused > 1000);
}
