// SPDX-License-Identifier: Apache-2.0
#include "profile/profile.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

using namespace moderato;
using Json = nlohmann::ordered_json;

namespace {

const std::map<std::string, std::pair<std::int64_t, std::int64_t>> known{
    {"rx-usecs", {0, 65535}}, {"rx-frames", {0, 65535}}, {"adaptive-rx", {0, 1}}};

/// Doubles that a short decimal would not carry through.
Summary summary(double scale) {
  return {.n = 40000,
          .min = scale / 3,
          .mean = scale * 1.1,
          .sd = scale * 0.1,
          .median = scale,
          .p90 = scale * 1.2,
          .p95 = scale * 1.3,
          .p99 = scale * 1.7,
          .max = scale * 9,
          .p999 = {}};
}

Profile example() {
  Profile p{.name = "example",
            .workload_class = "latency",
            .outcome = Outcome::improved,
            .settings = {{"rx-usecs", 0}, {"rx-frames", 1}},
            .match = {.driver = "d", .kind = "vf", .pci_id = "1234:5678", .netdev = ""},
            .fingerprint = {.driver = "d",
                            .driver_version = "1.0",
                            .firmware = "16.32",
                            .kernel = "6.1.0",
                            .pci_id = "1234:5678",
                            .kind = "vf",
                            .speed_mbps = 100000,
                            .mtu = 1500}};
  p.evidence = {.policy = "x",
                .objective = "p99",
                .study = "study-1",
                .created = "2026-01-01T00:00:00Z",
                .noise_floor = 1.0 / 30,
                .alpha = 0.05,
                .candidates = 41,
                .baseline_settings = {{"rx-usecs", 16}, {"rx-frames", 88}},
                .baseline = {{"udp-pingpong size=8", summary(31.7)}},
                .comparisons = {}};
  p.evidence.baseline["udp-pingpong size=8"].p999 = 123.456789012345678;
  p.evidence.comparisons.push_back({.settings = {{"rx-usecs", 0}, {"rx-frames", 1}},
                                    .rounds = 18,
                                    .tested_rounds = 15,
                                    .failed_rounds = 1,
                                    .ratio_median = 0.7,
                                    .ratio_low = 2.0 / 3,
                                    .ratio_high = 0.75,
                                    .confidence = 0.965,
                                    .p_rank = 6.103515625e-05,
                                    .p_holm = 1.220703125e-04,
                                    .p_t = 1e-300,
                                    .outlier_rate = 1.0 / 15,
                                    .summaries = {{"udp-pingpong size=8", summary(0.1)}}});
  p.evidence.comparisons.push_back(
      {.settings = {{"rx-usecs", 4}, {"rx-frames", 16}}, .rounds = 0, .summaries = {}});
  return p;
}

Profile unproven() {
  Profile p = example();
  p.outcome = Outcome::baseline_is_best;
  p.settings = {{"rx-usecs", 16}, {"rx-frames", 88}};
  p.evidence.comparisons[0].p_holm = 0.3;
  return p;
}

bool equal(const Summary& a, const Summary& b) {
  return a.n == b.n && a.min == b.min && a.mean == b.mean && a.sd == b.sd && a.median == b.median &&
         a.p90 == b.p90 && a.p95 == b.p95 && a.p99 == b.p99 && a.max == b.max && a.p999 == b.p999;
}

bool equal(const std::map<std::string, Summary>& a, const std::map<std::string, Summary>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && equal(x.second, y.second);
  });
}

void check_equal(const Comparison& a, const Comparison& b) {
  CHECK(a.settings == b.settings);
  CHECK(a.rounds == b.rounds);
  CHECK(a.tested_rounds == b.tested_rounds);
  CHECK(a.failed_rounds == b.failed_rounds);
  CHECK(a.ratio_median == b.ratio_median);
  CHECK(a.ratio_low == b.ratio_low);
  CHECK(a.ratio_high == b.ratio_high);
  CHECK(a.confidence == b.confidence);
  CHECK(a.p_rank == b.p_rank);
  CHECK(a.p_holm == b.p_holm);
  CHECK(a.p_t == b.p_t);
  CHECK(a.outlier_rate == b.outlier_rate);
  CHECK(equal(a.summaries, b.summaries));
  CHECK(a.constraints == b.constraints);
}

void check_equal(const Profile& a, const Profile& b) {
  CHECK(a.name == b.name);
  CHECK(a.workload_class == b.workload_class);
  CHECK(a.outcome == b.outcome);
  CHECK(a.settings == b.settings);
  CHECK(a.process == b.process);
  CHECK(a.match.driver == b.match.driver);
  CHECK(a.match.kind == b.match.kind);
  CHECK(a.match.pci_id == b.match.pci_id);
  CHECK(a.match.netdev == b.match.netdev);
  CHECK(a.fingerprint == b.fingerprint);
  CHECK(a.evidence.policy == b.evidence.policy);
  CHECK(a.evidence.objective == b.evidence.objective);
  CHECK(a.evidence.study == b.evidence.study);
  CHECK(a.evidence.created == b.evidence.created);
  CHECK(a.evidence.noise_floor == b.evidence.noise_floor);
  CHECK(a.evidence.alpha == b.evidence.alpha);
  CHECK(a.evidence.candidates == b.evidence.candidates);
  CHECK(a.evidence.baseline_settings == b.evidence.baseline_settings);
  CHECK(equal(a.evidence.baseline, b.evidence.baseline));
  REQUIRE(a.evidence.comparisons.size() == b.evidence.comparisons.size());
  for (std::size_t i = 0; i < a.evidence.comparisons.size(); ++i)
    check_equal(a.evidence.comparisons[i], b.evidence.comparisons[i]);
}

Profile parse(const std::string& text) {
  auto profile = parse_profile(text, "p.json", known);
  REQUIRE_MESSAGE(profile.has_value(), profile.error().message);
  return std::move(*profile);
}

/// What the reader says of the example after `edit` of its document.
template <typename Edit>
std::string refusal(const Profile& profile, Edit edit) {
  Json json = Json::parse(to_json(profile));
  edit(json);
  const auto refused = parse_profile(json.dump(), "p.json", known);
  REQUIRE(!refused.has_value());
  CHECK(refused.error().fault == Fault::document);
  return refused.error().message;
}

}  // namespace

TEST_CASE("a profile read back equals the one written, number by number") {
  check_equal(parse(to_json(example())), example());
  check_equal(parse(to_json(unproven())), unproven());
}

TEST_CASE("a profile with everything optional absent survives the round trip") {
  Profile p = unproven();
  p.fingerprint.speed_mbps.reset();
  p.fingerprint.driver_version = "";
  p.match = {.driver = "", .kind = "", .pci_id = "", .netdev = "eth0"};
  p.evidence.baseline_settings.clear();
  p.evidence.baseline.clear();
  p.evidence.comparisons.clear();
  const auto text = to_json(p);
  CHECK(text.find("speed_mbps") == std::string::npos);
  CHECK(text.find("null") == std::string::npos);
  check_equal(parse(text), p);
}

TEST_CASE("extreme but finite numbers survive the round trip") {
  Profile p = example();
  auto& c = p.evidence.comparisons[0];
  c.ratio_low = std::numeric_limits<double>::denorm_min();
  c.ratio_median = 0.1 + 0.2;
  c.ratio_high = std::nextafter(1.0, 0.0);
  c.p_t = std::numeric_limits<double>::min();
  p.evidence.comparisons[1].ratio_high = std::numeric_limits<double>::max();
  check_equal(parse(to_json(p)), p);
}

TEST_CASE("writing is the same every time, and ends with a line break") {
  CHECK(to_json(example()) == to_json(example()));
  CHECK(to_json(parse(to_json(example()))) == to_json(example()));
  CHECK(to_json(example()).ends_with("}\n"));
}

TEST_CASE("each bad profile is refused with place, value and remedy") {
  using Edit = std::function<void(Json&)>;
  const auto first = [](Json& json) -> Json& { return json["evidence"]["comparisons"][0]; };
  const std::vector<std::pair<Edit, std::string>> cases{
      {[](Json& j) { j["colour"] = "red"; }, "p.json: colour: unknown field"},
      {[](Json& j) { j["fingerprint"]["drivr"] = "d"; },
       "fingerprint.drivr: unknown field (did you mean 'driver'?)"},
      {[](Json& j) { j.erase("name"); }, "name: the field is missing"},
      {[](Json& j) { j["name"] = 5; }, "name: 5 is not a text"},
      {[](Json& j) { j["outcome"] = "better"; },
       "outcome: \"better\" is not known here (one of: improved, baseline_is_best)"},
      {[](Json& j) { j["settings"]["rx-usec"] = 1; },
       "settings.rx-usec: unknown knob 'rx-usec' (did you mean 'rx-usecs'?)"},
      {[](Json& j) { j["settings"]["mtu"] = 1; },
       "settings.mtu: unknown knob 'mtu' (`moderato probe --all` lists the knobs)"},
      {[](Json& j) { j["settings"]["rx-usecs"] = 65536; },
       "settings.rx-usecs: 65536 is out of range (write an integer from 0 to 65535)"},
      {[](Json& j) { j["settings"]["rx-usecs"] = 1.0; },
       "settings.rx-usecs: 1.0 is not an integer"},
      {[](Json& j) { j["settings"] = Json::object(); }, "settings: there are no settings"},
      {[](Json& j) { j["match"] = Json::object(); }, "match: it would match every device"},
      {[](Json& j) { j["match"]["kind"] = "PF"; },
       "match.kind: \"PF\" is not known here (one of: pf, vf, virtual)"},
      {[](Json& j) { j["fingerprint"]["speed_mbps"] = nullptr; },
       "fingerprint.speed_mbps: null is not an integer"},
      {[](Json& j) { j["fingerprint"]["mtu"] = -1; }, "fingerprint.mtu: -1 is out of range"},
      {[](Json& j) { j["evidence"]["objective"] = "p98"; }, "objective: \"p98\" is not known"},
      {[](Json& j) { j["evidence"]["noise_floor"] = -0.1; }, "noise_floor: -0.1 is out of range"},
      {[](Json& j) { j["evidence"]["baseline_settings"]["rx-usec"] = 1; },
       "evidence.baseline_settings.rx-usec: unknown knob 'rx-usec'"},
      {[](Json& j) { j["evidence"]["alpha"] = 1.5; }, "alpha: 1.5 is out of range"},
      {[](Json& j) { j["evidence"]["candidates"] = -1; }, "candidates: -1 is out of range"},
      {[](Json& j) { j["evidence"]["baseline"]["udp-pingpong size=8"].erase("p99"); },
       R"(evidence.baseline["udp-pingpong size=8"].p99: the field is missing)"},
      {[](Json& j) { j["evidence"]["baseline"]["udp-pingpong size=8"]["p95"] = 1e6; },
       "min, median, p90, p95, p99 and max do not ascend"},
      {[](Json& j) { j["evidence"]["baseline"]["udp-pingpong size=8"]["n"] = 0; },
       ".n: 0 is out of range"},
      {[&](Json& j) { first(j)["ratio_median"] = 0; },
       "evidence.comparisons[0].ratio_median: 0 is no ratio (a ratio of two scores is above 0)"},
      {[&](Json& j) { first(j)["ratio_low"] = -1; },
       "evidence.comparisons[0].ratio_low: -1 is out of range"},
      {[&](Json& j) { first(j)["ratio_low"] = 0.72; },
       "the interval from 0.72 to 0.75 does not hold the median 0.7"},
      {[&](Json& j) { first(j)["p_holm"] = 0; }, "comparisons[0].p_holm: 0 is below p_rank"},
      {[&](Json& j) { first(j)["tested_rounds"] = 19; },
       "comparisons[0].tested_rounds: there are 18 rounds"},
      {[&](Json& j) { first(j)["tested_rounds"] = 0; }, "of no round"},
      {[&](Json& j) { first(j)["failed_rounds"] = 2; },
       "tested_rounds: 2 rounds failed (what failed twice was not tested"},
      {[&](Json& j) { first(j)["p_t"] = 1.1; }, "comparisons[0].p_t: 1.1 is out of range"},
      {[&](Json& j) { first(j)["outlier_rate"] = 2; }, "outlier_rate: 2 is out of range"},
      {[&](Json& j) { first(j)["settings"]["adaptive-rx"] = 2; },
       "comparisons[0].settings.adaptive-rx: 2 is out of range"},
      {[&](Json& j) { first(j)["p_holm"] = 0.0501; },
       "outcome: no comparison of the evidence proves an improvement"},
      {[&](Json& j) { first(j)["ratio_high"] = 1; }, "outcome: no comparison of the evidence"},
      {[&](Json& j) { first(j)["confidence"] = 0; }, "outcome: no comparison of the evidence"},
      {[](Json& j) { j["evidence"]["comparisons"] = Json::array(); },
       "outcome: no comparison of the evidence"},
      {[](Json& j) { j["outcome"] = "baseline_is_best"; },
       "outcome: the evidence proves a candidate better than the baseline"},
      {[](Json& j) { j["settings"].erase("rx-usecs"); },
       "settings: these are not the knobs of a proven comparison"},
  };
  for (const auto& [edit, expected] : cases) {
    const auto told = refusal(example(), edit);
    CAPTURE(told);
    CHECK(told.find(expected) != std::string::npos);
    CHECK(told.find('\n') == std::string::npos);
  }
}

TEST_CASE("constraints are evidence: what violates one was not chosen") {
  Profile p = example();
  p.evidence.comparisons[0].constraints = {
      {"throughput >= 0.98", 18, 1.0 / 1.1, 0.9, 0.95, 0.965, 1.0 / 3, false}};
  check_equal(parse(to_json(p)), p);
  p.evidence.comparisons[0].constraints[0].p = 1.0 / 300;
  p.evidence.comparisons[0].constraints[0].violated = true;
  const auto claimed = refusal(p, [](Json&) {});
  CHECK(claimed.find("outcome: no comparison of the evidence proves") != std::string::npos);
  p.outcome = Outcome::baseline_is_best;
  check_equal(parse(to_json(p)), p);
  const auto edited = refusal(p, [](Json& json) {
    json["evidence"]["comparisons"][0]["constraints"][0]["violated"] = false;
  });
  CHECK(edited.find("'throughput >= 0.98' is not violated, but its p is") != std::string::npos);
}

TEST_CASE("settings that a driver rounded are no contradiction to the evidence") {
  Profile p = example();
  p.settings["rx-usecs"] = 1;
  check_equal(parse(to_json(p)), p);
}

TEST_CASE("the faults of a profile are told all at once") {
  const auto told = refusal(example(), [](Json& json) {
    json["settings"]["rx-usec"] = 1;
    json["match"]["kind"] = 7;
    json["evidence"]["comparisons"][1]["p_rank"] = "small";
    json["evidence"].erase("alpha");
    json["extra"] = 1;
  });
  CHECK(std::ranges::count(told, '\n') == 4);
}

TEST_CASE("a profile of another schema is refused") {
  CHECK(refusal(example(), [](Json& json) { json["schema"] = "moderato-profile/2"; }) ==
        R"(p.json: schema: "moderato-profile/2" is not "moderato-profile/1")");
}

TEST_CASE("knobs of processes stand apart from what a device holds, and come back") {
  const KnobRanges of_processes{{"srq-limit", {1, 1000}}};
  Profile profile = example();
  profile.process = {{"srq-limit", 30}};
  for (Comparison& comparison : profile.evidence.comparisons)
    comparison.settings["srq-limit"] = 30;
  const auto read = parse_profile(to_json(profile), "p.json", known, of_processes);
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
  CHECK(read->process == profile.process);
  CHECK(read->settings == profile.settings);
  // As a setting of a device it is refused: no device takes it.
  Json json = Json::parse(to_json(profile));
  json["settings"]["srq-limit"] = 30;
  const auto refused = parse_profile(json.dump(), "p.json", known, of_processes);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("settings.srq-limit") != std::string::npos);
}

TEST_CASE("a profile may hold knobs of processes alone, but not nothing") {
  const KnobRanges of_processes{{"srq-limit", {1, 1000}}};
  Profile profile = example();
  profile.settings.clear();
  profile.process = {{"srq-limit", 30}};
  for (Comparison& comparison : profile.evidence.comparisons)
    comparison.settings = profile.process;
  CHECK(parse_profile(to_json(profile), "p.json", known, of_processes));
  profile.process.clear();
  CHECK_FALSE(parse_profile(to_json(profile), "p.json", known, of_processes));
}
