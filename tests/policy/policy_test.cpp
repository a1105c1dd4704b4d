// SPDX-License-Identifier: Apache-2.0
#include "policy/policy.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "known_knobs.hpp"

using namespace moderato;

namespace {

Policy parse(const std::string& text) {
  auto policy = parse_policy(text, "p.json", known_knobs());
  REQUIRE_MESSAGE(policy.has_value(), policy.error().message);
  return std::move(*policy);
}

/// A good policy with `more` (fields, each with a comma before it) and another space.
std::string with_space(const std::string& space, const std::string& more = "") {
  return R"({"schema": "moderato-policy/1", "name": "n", "class": "c",
             "workloads": [{"use": "udp-pingpong"}], "space": )" +
         space + more + "}";
}

std::string with(const std::string& more) {
  return with_space(R"({"parameters": [{"knob": "rx-usecs", "values": [1, 2, 3, 4]}]})",
                    ", " + more);
}

std::string parameter(const std::string& text) {
  return with_space(R"({"parameters": [)" + text + "]}");
}

std::string constraint(const std::string& text) {
  return with_space(R"({"parameters": [{"knob": "rx-usecs", "values": [1, 2]},
                                       {"knob": "rx-frames", "values": [1, 2]}],
                        "constraints": [)" +
                    text + "]}");
}

std::vector<std::int64_t> values(const std::string& text) {
  return parse(parameter(text)).space.parameters.front().values;
}

std::string faults(const std::string& text) {
  const auto policy = parse_policy(text, "p.json", known_knobs());
  REQUIRE(!policy.has_value());
  CHECK(policy.error().fault == Fault::document);
  return policy.error().message;
}

std::size_t lines(const std::string& text) {
  return 1 + static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

}  // namespace

TEST_CASE("constraints are bounds of a metric, to the baseline") {
  const Policy policy = parse(with(R"("constraints": [
      {"metric": "throughput", "at_least": 0.98, "comment": "no less"},
      {"metric": "p50", "at_most": 1.1}, {"metric": "cpu_time", "at_most": 2}])"));
  CHECK(policy.constraints == std::vector<MetricConstraint>{{Metric::throughput, true, 0.98},
                                                            {Metric::median, false, 1.1},
                                                            {Metric::cpu_time, false, 2}});
  CHECK(describe(policy.constraints[0]) == "throughput >= 0.98");
  CHECK(describe(policy.constraints[1]) == "median <= 1.1");
  CHECK(parse(with(R"("constraints": [])")).constraints.empty());
}

TEST_CASE("a constraint that says nothing, twice, or too much is refused with field and remedy") {
  const auto fault_of = [](const std::string& constraints) {
    return faults(with(R"("constraints": [)" + constraints + "]"));
  };
  const auto says = [&](const std::string& constraints, const std::string& what) {
    const std::string fault = fault_of(constraints);
    CAPTURE(fault);
    CHECK(fault.find(what) != std::string::npos);
    CHECK(lines(fault) == 1);
  };
  says(R"({"metric": "p98", "at_most": 1})", "constraints[0].metric: \"p98\"");
  says(R"({"metric": "p99"})", "constraints[0]: neither at_least nor at_most (give one of them");
  says(R"({"metric": "p99", "at_most": 1, "at_least": 1})", "at_least and at_most");
  says(R"({"metric": "p99", "at_most": 0})", "constraints[0].at_most: 0 is out of range");
  says(R"({"metric": "p99", "at_most": 1.1}, {"metric": "p99", "at_most": 1.2})",
       "constraints[1]: the same bound of p99 stands twice (keep the stricter one)");
  says(R"({"metric": "p99", "at_most": 0.9}, {"metric": "p99", "at_least": 1})",
       "p99 >= 1 and p99 <= 0.9 leave nothing");
  says(R"({"metric": "p99", "at_most": 1, "of": 2})", "constraints[0].of");
}

TEST_CASE("figures of a whole run are for constraints, not for the objective") {
  CHECK(faults(with(R"("objective": {"metric": "throughput"})")).find("objective.metric") !=
        std::string::npos);
}

TEST_CASE("workloads have weights, all the same where nobody says") {
  const auto policy = [](const std::string& weight) {
    return R"({"schema": "moderato-policy/1", "name": "n", "class": "c",
               "workloads": [{"use": "a")" +
           weight +
           R"(}, {"use": "b"}],
               "space": {"parameters": [{"knob": "rx-usecs", "values": [1, 2]}]}})";
  };
  CHECK(parse(policy("")).workloads[0].weight == 1);
  CHECK(parse(policy(R"(, "weight": 2.5)")).workloads[0].weight == 2.5);
  CHECK(faults(policy(R"(, "weight": 0)")).find("workloads[0].weight: 0") != std::string::npos);
}

TEST_CASE("a policy is read field by field") {
  const Policy policy = parse(R"({
    "schema": "moderato-policy/1", "name": "n.1-a_b", "class": "latency", "description": "why",
    "comment": "not looked at",
    "workloads": [{"use": "udp-pingpong", "parameters": {"size": 8, "x": "y"}},
                  {"use": "udp-pingpong", "parameters": {"size": 64}}],
    "space": {
      "parameters": [{"knob": "gro-flush-timeout", "values": [0, 20000]},
                     {"knob": "napi-defer-hard-irqs", "from": 0, "to": 2, "steps": 3}],
      "constraints": [{"kind": "zero_together", "comment": "why",
                       "knobs": ["gro-flush-timeout", "napi-defer-hard-irqs"]}]},
    "objective": {"metric": "p99.9"},
    "searcher": {"name": "grid"},
    "budget": {"max_minutes": 2.5},
    "measurement": {"calibration_rounds": 2, "search_rounds": 4, "batch": 8, "finalists": 2,
                    "confirm_rounds": 9, "settle_s": 0.25, "trial_timeout_s": 30,
                    "keep_samples": false},
    "decision": {"alpha": 0.01},
    "safety": {"heartbeat_timeout_s": 7.5}})");
  CHECK(policy.name == "n.1-a_b");
  CHECK(policy.workload_class == "latency");
  CHECK(policy.description == "why");
  REQUIRE(policy.workloads.size() == 2);
  CHECK(policy.workloads[0].name == "udp-pingpong");
  CHECK(policy.workloads[0].parameters ==
        std::map<std::string, std::string>{{"size", "8"}, {"x", "y"}});
  REQUIRE(policy.space.parameters.size() == 2);
  CHECK(policy.space.parameters[0].values == std::vector<std::int64_t>{0, 20000});
  CHECK(policy.space.parameters[1].values == std::vector<std::int64_t>{0, 1, 2});
  REQUIRE(policy.space.constraints.size() == 1);
  CHECK(policy.space.constraints[0].kind == Constraint::Kind::zero_together);
  CHECK(policy.objective == Metric::p999);
  CHECK(policy.search.searcher == "grid");
  CHECK(policy.max_minutes == 2.5);
  CHECK(policy.plan.calibration_rounds == 2);
  CHECK(policy.plan.search_rounds == 4);
  CHECK(policy.plan.batch == 8);
  CHECK(policy.plan.finalists == 2);
  CHECK(policy.plan.confirm_rounds == 9);
  CHECK(policy.plan.settle_s == 0.25);
  CHECK(policy.plan.trial_timeout_s == 30);
  CHECK(!policy.plan.keep_samples);
  CHECK(policy.alpha == 0.01);
  CHECK(policy.heartbeat_timeout_s == 7.5);
}

TEST_CASE("what a policy leaves out takes the documented default") {
  const Policy policy = parse(parameter(R"({"knob": "gro-flush-timeout", "values": [0, 1]})"));
  CHECK(policy.description == "");
  CHECK(policy.space.constraints.empty());
  CHECK(policy.objective == Metric::p99);
  CHECK(policy.search.searcher == "grid");
  CHECK(policy.max_minutes == 0);
  CHECK(policy.plan.calibration_rounds == 5);
  CHECK(policy.plan.search_rounds == 3);
  CHECK(policy.plan.batch == 32);
  CHECK(policy.plan.finalists == 3);
  CHECK(policy.plan.confirm_rounds == 15);
  CHECK(policy.plan.settle_s == 0);
  CHECK(policy.plan.trial_timeout_s == 60);
  CHECK(policy.plan.keep_samples);
  CHECK(policy.alpha == 0.05);
  CHECK(policy.heartbeat_timeout_s == 5);
}

TEST_CASE("a policy chooses its searcher, anchors and the most candidates") {
  const Policy policy =
      parse(with(R"("searcher": {"name": "bayesian", "anchors": [{"rx-usecs": 2, "comment": "c"}]},
              "budget": {"max_candidates": 40})"));
  CHECK(policy.search.searcher == "bayesian");
  CHECK(policy.search.anchors == std::vector<Settings>{{{"rx-usecs", 2}}});
  CHECK(policy.search.max_candidates == 40);
  CHECK(policy.plan.batch == 4);
  CHECK(searched_at_most(policy.search, 100) == 40);
  CHECK(searched_at_most(policy.search, 10) == 10);
  CHECK(searched_at_most({}, 100) == 100);
}

TEST_CASE("a linear range is evenly spaced and holds both ends") {
  CHECK(values(R"({"knob": "rx-usecs", "from": 0, "to": 100, "steps": 5})") ==
        std::vector<std::int64_t>{0, 25, 50, 75, 100});
  CHECK(values(R"({"knob": "rx-usecs", "from": 1, "to": 4, "steps": 3, "scale": "linear"})") ==
        std::vector<std::int64_t>{1, 3, 4});
}

TEST_CASE("a log range is evenly spaced in the logarithm and holds both ends") {
  CHECK(values(R"({"knob": "rx-usecs", "from": 1, "to": 1000, "steps": 4, "scale": "log"})") ==
        std::vector<std::int64_t>{1, 10, 100, 1000});
  CHECK(values(R"({"knob": "rx-usecs", "from": 2, "to": 64, "steps": 6, "scale": "log"})") ==
        std::vector<std::int64_t>{2, 4, 8, 16, 32, 64});
}

TEST_CASE("values of a range that rounding makes equal stand once") {
  CHECK(values(R"({"knob": "rx-usecs", "from": 1, "to": 3, "steps": 50, "scale": "log"})") ==
        std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("the universal constraints are added, and none twice") {
  const auto added = parse(parameter(R"({"knob": "rx-usecs", "values": [0, 1]})")).space;
  REQUIRE(added.constraints.size() == 1);
  CHECK(added.constraints[0].kind == Constraint::Kind::not_all_zero);
  CHECK(parse(constraint(R"({"kind": "not_all_zero", "knobs": ["rx-usecs", "rx-frames"]})"))
            .space.constraints.size() == 1);
}

TEST_CASE("every constraint kind has its name") {
  using enum Constraint::Kind;
  const std::vector<std::pair<std::string, Constraint::Kind>> kinds{
      {"not_all_zero", not_all_zero},
      {"ascending", ascending},
      {"strictly_ascending", strictly_ascending},
      {"zero_together", zero_together},
      {"fixed_unless_zero", fixed_unless_zero},
      {"fixed_if_zero", fixed_if_zero}};
  for (const auto& [name, kind] : kinds)
    CHECK(parse(constraint(R"({"kind": ")" + name + R"(", "knobs": ["rx-usecs", "rx-frames"]})"))
              .space.constraints.front()
              .kind == kind);
}

TEST_CASE("every metric is named, and its name is read back as it") {
  for (const char* name : {"min", "mean", "median", "p90", "p95", "p99", "p99.9", "max"}) {
    const auto policy = parse(with(std::string(R"("objective": {"metric": ")") + name + "\"}"));
    CHECK(name_of(policy.objective) == name);
  }
}

TEST_CASE("each bad policy is refused with place, value and remedy") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {with(R"("objective": {"metric": "p98"})"),
       "p.json: objective.metric: \"p98\" is not known here (one of: min, mean, median, p90, p95, "
       "p99, p99.9, max)"},
      {with(R"("searcher": {"name": "annealing"})"),
       "p.json: searcher.name: \"annealing\" is not known here (one of: grid, random, one-factor, "
       "bayesian)"},
      {with(R"("searcher": {"anchors": [{"rx-usecs": 2}]})"),
       "p.json: searcher.anchors: anchors beside the grid, which measures every candidate in its "
       "own order"},
      {with(R"("searcher": {"name": "random", "anchors": [{"rx-usecs": 9223372036854775807}]})"),
       "p.json: searcher.anchors[0].rx-usecs: 9223372036854775807 is out of range"},
      {with(R"("searcher": {"name": "random", "anchors": [{"rx-frames": 1}]})"),
       "p.json: searcher.anchors[0].rx-frames: rx-frames is no parameter of the space"},
      {with(R"("searcher": {"name": "random", "anchors": [{}]})"),
       "p.json: searcher.anchors[0]: an anchor without settings"},
      {with(R"("budget": {"max_candidates": -1})"), "p.json: budget.max_candidates: -1"},
      {with(R"("budget": {"max_minutes": -1})"),
       "p.json: budget.max_minutes: -1 is out of range (write a number from 0 to 100000)"},
      {with(R"("measurement": {"calibration_rounds": 1})"),
       "measurement.calibration_rounds: 1 is out of range (write an integer from 2 to 1000)"},
      {with(R"("measurement": {"search_rounds": 0})"), "search_rounds: 0 is out of range"},
      {with(R"("measurement": {"batch": 0})"), "batch: 0 is out of range"},
      {with(R"("measurement": {"finalists": 0})"), "finalists: 0 is out of range"},
      {with(R"("measurement": {"confirm_rounds": 5})"),
       "confirm_rounds: 5 is out of range (write an integer from 6 to 1000)"},
      {with(R"("measurement": {"confirm_rounds": 6})"),
       "p.json: measurement: 6 confirm_rounds give 3 finalists no corrected p-value below 0.094, "
       "but alpha is 0.05 (take 7 rounds or more, or fewer finalists)"},
      {with(R"("measurement": {"settle_s": 601})"), "settle_s: 601 is out of range"},
      {with(R"("measurement": {"trial_timeout_s": 0.5})"), "trial_timeout_s: 0.5 is out of range"},
      {with(R"("measurement": {"keep_samples": "yes"})"), "keep_samples: \"yes\" is not true"},
      {with(R"("decision": {"alpha": 0})"),
       "decision.alpha: 0 is out of range (write a number from 0.0001 to 0.5)"},
      {with(R"("safety": {"heartbeat_timeout_s": 0})"),
       "safety.heartbeat_timeout_s: 0 is out of range (write a number from 1 to 3600)"},
      {with(R"("objectiv": {})"), "p.json: objectiv: unknown field (did you mean 'objective'?)"},
      {parameter(R"({"knob": "rx_usecs", "values": [1]})"),
       "space.parameters[0].knob: unknown knob 'rx_usecs' (did you mean 'rx-usecs'?)"},
      {parameter(R"({"knob": "mtu", "values": [1]})"),
       "unknown knob 'mtu' (`moderato probe --all` lists the knobs)"},
      {parameter(R"({"knob": "rx-usecs", "values": []})"),
       "space.parameters[0].values: there are no values (list the values to try)"},
      {parameter(R"({"knob": "rx-usecs", "values": [1, 2, 1]})"),
       "space.parameters[0].values[2]: 1 stands twice (list each value once)"},
      {parameter(R"({"knob": "adaptive-rx", "values": [0, 2]})"),
       "space.parameters[0].values[1]: 2 is out of range (write an integer from 0 to 1)"},
      {parameter(R"({"knob": "rx-usecs", "values": [1.0]})"),
       "space.parameters[0].values[0]: 1.0 is not an integer"},
      {parameter(R"({"knob": "rx-usecs"})"),
       "space.parameters[0]: neither \"values\" nor a range (give"},
      {parameter(R"({"knob": "rx-usecs", "values": [1], "from": 1, "to": 2, "steps": 2})"),
       "space.parameters[0]: both \"values\" and a range (give"},
      {parameter(R"({"knob": "rx-usecs", "from": 1, "to": 2})"),
       "space.parameters[0].steps: the field is missing"},
      {parameter(R"({"knob": "rx-usecs", "from": 5, "to": 5, "steps": 2})"),
       "space.parameters[0].to: 5 is not above \"from\", which is 5 (write an ascending range)"},
      {parameter(R"({"knob": "rx-usecs", "from": 1, "to": 2, "steps": 1})"),
       "space.parameters[0].steps: 1 is out of range"},
      {parameter(R"({"knob": "rx-usecs", "from": 1, "to": 2, "steps": 2, "scale": "cube"})"),
       "scale: \"cube\" is not known here (one of: linear, log)"},
      {parameter(R"({"knob": "rx-usecs", "from": 0, "to": 8, "steps": 2, "scale": "log"})"),
       "space.parameters[0].from: a log scale cannot start at 0 (list the values in \"values\", 0 "
       "among them)"},
      {parameter(R"({"knob": "rx-usecs", "from": 1, "to": 99999999999, "steps": 2})"),
       "space.parameters[0].to: 99999999999 is out of range"},
      {parameter(R"({"knob": "rx-usecs", "values": [1]}, {"knob": "rx-usecs", "values": [2]})"),
       "space.parameters[1].knob: the knob rx-usecs is a parameter already"},
      {parameter(""), "space.parameters: there are no parameters"},
      {constraint(R"({"kind": "descending", "knobs": ["rx-usecs", "rx-frames"]})"),
       "space.constraints[0].kind: \"descending\" is not known here (one of: not_all_zero, "},
      {constraint(R"({"kind": "ascending", "knobs": ["rx-usecs", "tx-usecs"]})"),
       "space.constraints[0].knobs[1]: tx-usecs is no parameter of this space (did you mean "
       "'rx-usecs'?)"},
      {constraint(R"({"kind": "ascending", "knobs": ["rx-usecs"]})"),
       "space.constraints[0].knobs: fewer than two knobs"},
      {constraint(R"({"kind": "ascending", "knobs": ["rx-usecs", "rx-usecs"]})"),
       "space.constraints[0].knobs[1]: rx-usecs stands twice"},
      {with_space(R"({"parameters": [{"knob": "rx-usecs", "values": [0]},
                                     {"knob": "rx-frames", "values": [0]}]})"),
       "p.json: space: the constraints allow no combination"},
      {with_space(R"({"parameters": [
            {"knob": "rx-usecs", "from": 1, "to": 1001, "steps": 1000},
            {"knob": "rx-frames", "from": 1, "to": 1001, "steps": 1000},
            {"knob": "adaptive-rx", "values": [0, 1]}]})"),
       "p.json: space: 2000000 combinations (the grid walks at most 1000000; list fewer values)"},
  };
  for (const auto& [text, expected] : cases) {
    const auto told = faults(text);
    CAPTURE(text);
    CAPTURE(told);
    CHECK(told.find(expected) != std::string::npos);
    CHECK(lines(told) == 1);
  }
}

TEST_CASE("faults of the head and the workloads are told") {
  const auto told = faults(R"({"schema": "moderato-policy/1", "name": "../x", "class": "",
    "workloads": [{"use": "a/b"}, {"use": "u"}, {"use": "u"}, {"parameters": {"k": []}}, 7],
    "space": {"parameters": [{"knob": "rx-usecs", "values": [1]}]}})");
  for (const char* expected :
       {"p.json: name: '../x' is no name", "p.json: class: '' is no name",
        "p.json: workloads[0].use: 'a/b' is no name (use letters, digits, '-', '_' and '.', and no "
        "'.' in front)",
        "p.json: workloads[2]: the same workload with the same parameters stands twice",
        "p.json: workloads[3].use: the field is missing",
        "p.json: workloads[3].parameters.k: ", "p.json: workloads[4]: 7 is not an object"})
    CHECK_MESSAGE(told.find(expected) != std::string::npos, told);
}

TEST_CASE("several faults are all reported at once") {
  const auto told = faults(R"({"schema": "moderato-policy/1", "name": 5, "workloads": [],
    "space": {"parameters": [{"knob": "rx-usec", "values": [1, 1]},
                             {"knob": "adaptive-rx", "values": [0, 7, "x"]}],
              "constraints": [{"kind": "asc", "knobs": ["adaptive-rx", "nothing"]}]},
    "measurement": {"batch": "many", "finalist": 3}, "decision": {"alpha": 2}})");
  CHECK(lines(told) == 12);
  for (const char* expected :
       {"name: 5 is not a text", "class: the field is missing", "workloads: there are no workloads",
        "unknown knob 'rx-usec'", "values[1]: 1 stands twice", "values[1]: 7 is out of range",
        "values[2]: \"x\" is not an integer", "kind: \"asc\" is not known",
        "nothing is no parameter", "batch: \"many\" is not an integer", "alpha: 2 is out of range",
        "finalist: unknown field (did you mean 'finalists'?)"})
    CHECK_MESSAGE(told.find(expected) != std::string::npos, told);
}

TEST_CASE("a document of another schema is refused at once") {
  const auto told = parse_policy(R"({"schema": "moderato-profile/1"})", "p.json", known_knobs());
  REQUIRE(!told);
  CHECK(told.error().message ==
        R"(p.json: schema: "moderato-profile/1" is not "moderato-policy/1")");
}

TEST_CASE("enough confirmation rounds for alpha and finalists are let pass") {
  CHECK(parse(with(R"("measurement": {"confirm_rounds": 7})")).plan.confirm_rounds == 7);
  CHECK(parse(with(R"("measurement": {"confirm_rounds": 6, "finalists": 1})")).plan.finalists == 1);
  // More finalists than candidates do not count.
  CHECK(parse_policy(with_space(R"({"parameters": [{"knob": "rx-usecs", "values": [1]}]})",
                                R"(, "measurement": {"confirm_rounds": 6})"),
                     "p.json", known_knobs()));
}

TEST_CASE(
    "a level that drawn relabellings cannot reach is refused, one that they can is let pass") {
  const auto plan = [](int rounds, double alpha) {
    return with(fmt::format(R"("measurement": {{"confirm_rounds": {}, "finalists": 1}},
                               "decision": {{"alpha": {}}})",
                            rounds, alpha));
  };
  CHECK(parse_policy(plan(100, 0.0001), "p.json", known_knobs()));
  CHECK(parse_policy(plan(101, 0.0001), "p.json", known_knobs()));
  const auto three = [](int rounds) {
    return with(fmt::format(
        R"("measurement": {{"confirm_rounds": {}}}, "decision": {{"alpha": 0.0002}})", rounds));
  };
  CHECK(parse_policy(three(100), "p.json", known_knobs()));
  const auto told = parse_policy(three(101), "p.json", known_knobs());
  REQUIRE(!told);
  CHECK_MESSAGE(
      told.error().message.find("101 confirm_rounds give 3 finalists no corrected "
                                "p-value below 0.0003, but alpha is 0.0002") != std::string::npos,
      told.error().message);
}

TEST_CASE("the planned trials are those of calibration, search and confirmation") {
  const MeasurementPlan plan{.calibration_rounds = 5,
                             .search_rounds = 3,
                             .batch = 4,
                             .finalists = 3,
                             .confirm_rounds = 15};
  CHECK(planned_trials(plan, 6) == 10 + (6 + 2) * 3 + 4 * 15);
  CHECK(planned_trials(plan, 4) == 10 + (4 + 1) * 3 + 4 * 15);
  CHECK(planned_trials(plan, 2) == 10 + (2 + 1) * 3 + 3 * 15);
  CHECK(planned_trials(plan, 0) == 10);
  CHECK(planned_trials(plan, 4, 3) == 10 + 4 * 5 + (4 + 1) * 3 + 4 * 15);
}

TEST_CASE("a probe pays if it takes fewer trials than the search that it may shorten") {
  const MeasurementPlan plan{.probe_rounds = 5, .search_rounds = 3};
  CHECK(probing_pays(plan, 20, 8));        // 45 trials before 63
  CHECK_FALSE(probing_pays(plan, 8, 8));   // 45 before 27
  CHECK_FALSE(probing_pays(plan, 20, 0));  // nothing to probe with
}
