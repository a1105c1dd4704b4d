// SPDX-License-Identifier: Apache-2.0
#include "workload/launch_advice.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "workload/process_knobs.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

const fs::path catalogue = fs::path(MODERATO_SOURCE_DIR) / "workloads/catalogue";
const WorkloadPaths shipped{"/none", catalogue, "/opt/libexec", "/opt/bin/moderato"};

/// All knobs of processes, none with a value that any flavour has by itself.
const Settings every_knob{{"srq-limit", 77}, {"srq-size", 500}, {"completion", 1},
                          {"inline", 1},     {"cq-count", 9},   {"cq-period", 33}};

LaunchAdvice advice_for(const std::string& flavour, const Settings& process) {
  const auto found = find_flavour(flavour, shipped);
  REQUIRE_MESSAGE(found, (found ? "" : found.error().message));
  const auto advice = launch_advice(*found, process);
  REQUIRE_MESSAGE(advice, (advice ? "" : advice.error().message));
  return *advice;
}

std::string value_in(const std::vector<LaunchSetting>& settings, const std::string& name) {
  const auto found = std::ranges::find(settings, name, &LaunchSetting::name);
  return found == settings.end() ? "(none)" : found->value;
}

bool told(const LaunchAdvice& advice, const std::string& knob) {
  const bool carried = std::ranges::any_of(
      advice.settings, [&](const LaunchSetting& setting) { return setting.knobs.contains(knob); });
  const auto unreached = std::ranges::find(advice.unreached, knob, &UnreachedKnob::knob);
  const bool reasoned = unreached != advice.unreached.end() && !unreached->reason.empty();
  return carried != reasoned;
}

}  // namespace

TEST_CASE("every shipped flavour carries each knob, or tells why it does not") {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(catalogue / "mpi")) {
    const LaunchAdvice advice = advice_for(entry.path().stem(), every_knob);
    CAPTURE(advice.flavour);
    for (const auto& [knob, value] : every_knob) {
      CAPTURE(knob);
      CHECK(told(advice, knob));
    }
    ++count;
  }
  CHECK(count >= 4);
}

TEST_CASE("a value reaches every setting that carries it, by its name or as a number") {
  const LaunchAdvice advice = advice_for("mvapich2", every_knob);
  CHECK(value_in(advice.settings, "MV2_SRQ_LIMIT") == "77");
  CHECK(value_in(advice.settings, "MV2_SRQ_SIZE") == "500");
  CHECK(value_in(advice.settings, "MV2_SRQ_MAX_SIZE") == "500");
  CHECK(value_in(advice.settings, "MV2_USE_BLOCKING") == "1");
  CHECK(value_in(advice.belonging, "MV2_USE_SRQ") == "1");
  CHECK(value_in(advice.measured_with, "MV2_ENABLE_AFFINITY") == "0");
}

TEST_CASE("what a knob rests on belongs to it, with the value that it was measured with") {
  const LaunchAdvice advice = advice_for("mvapich2", {{"srq-limit", 77}});
  CHECK(advice.settings.size() == 1);
  CHECK(value_in(advice.belonging, "MV2_SRQ_MAX_SIZE") == "256");
}

TEST_CASE("a limit that does not fit the queue is refused, whoever says how long the queue is") {
  const auto flavour = find_flavour("mvapich2", shipped);
  REQUIRE(flavour);
  for (const Settings& process :
       {Settings{{"srq-limit", 256}}, Settings{{"srq-limit", 500}, {"srq-size", 500}}}) {
    const auto advice = launch_advice(*flavour, process);
    REQUIRE_FALSE(advice);
    CHECK(advice.error().message.find("is not below srq-size") != std::string::npos);
  }
  CHECK(launch_advice(*flavour, {{"srq-limit", 499}, {"srq-size", 500}}));
}

TEST_CASE("one setting may carry two knobs") {
  const LaunchAdvice advice = advice_for("openmpi-openib", every_knob);
  REQUIRE(advice.settings.size() == 1);
  CHECK(advice.settings.front().kind == LaunchSetting::Kind::mca);
  CHECK(advice.settings.front().value == "S,65536,500,77,32,500,77");
  CHECK(advice.settings.front().knobs ==
        std::map<std::string, std::string>{{"srq-limit", "77"}, {"srq-size", "500"}});
  CHECK(value_in(advice.measured_with, "btl") == "openib,self");
}

TEST_CASE("a parameter that no setting of the flavour carries is not passed over in silence") {
  const MpiFlavour flavour{.name = "own",
                           .description = {},
                           .mca = {},
                           .environment = {{"X", "{other}"}},
                           .parameters = {{"srq-limit", "5"}, {"other", "1"}},
                           .unreachable = {}};
  const auto advice = launch_advice(flavour, {{"srq-limit", 7}});
  REQUIRE(advice);
  CHECK(told(*advice, "srq-limit"));
  CHECK(advice->unreached.front().reason == "the flavour has no setting for it");
}

TEST_CASE("a knob beside a placeholder of a link cannot be advised, and is refused") {
  const MpiFlavour flavour{.name = "own",
                           .description = {},
                           .mca = {},
                           .environment = {{"X", "{srq-limit}@{addresses}"}},
                           .parameters = {{"srq-limit", "5"}},
                           .unreachable = {}};
  const auto advice = launch_advice(flavour, {{"srq-limit", 7}});
  REQUIRE_FALSE(advice);
  CHECK(advice.error().message.find("addresses") != std::string::npos);
}

TEST_CASE("a flavour that names a setting it does not have is refused") {
  const auto bad = parse_flavour(R"({"schema": "moderato-mpi/1", "name": "x",
      "environment": {"A": "1"}, "belonging": ["A", "B"]})",
                                 "f.json");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().message.find("does not set 'B'") != std::string::npos);
}

}  // namespace moderato
