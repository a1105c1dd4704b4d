// SPDX-License-Identifier: Apache-2.0
#include "tune/trial_json.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "core/document.hpp"

namespace moderato {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view schema = "moderato-trial/1";
constexpr NumberRange any_number{std::numeric_limits<double>::lowest(),
                                 std::numeric_limits<double>::max()};
constexpr IntegerRange count{0, std::numeric_limits<int>::max()};

ordered_json encode(const Summary& s) {
  ordered_json json{{"n", s.n},     {"min", s.min},       {"mean", s.mean},
                    {"sd", s.sd},   {"median", s.median}, {"p90", s.p90},
                    {"p95", s.p95}, {"p99", s.p99},       {"max", s.max}};
  if (s.p999) json["p99.9"] = *s.p999;
  return json;
}

Summary decode_summary(const Node& node) {
  const auto figure = [&](const char* key) { return node.number(key, any_number); };
  Summary s{static_cast<std::size_t>(node.integer("n", {0, INT64_MAX})),
            figure("min"),
            figure("mean"),
            figure("sd"),
            figure("median"),
            figure("p90"),
            figure("p95"),
            figure("p99"),
            figure("max"),
            {}};
  if (node.has("p99.9")) s.p999 = figure("p99.9");
  return s;
}

/// What a run without a warm-up does not have is left out, and missing in older journals.
ordered_json encode(const WorkloadOutcome& outcome) {
  ordered_json json{{"workload", outcome.workload},
                    {"unit", outcome.unit},
                    {"summary", encode(outcome.summary)},
                    {"counters", outcome.counters}};
  if (outcome.warm_up > 0) json["warm_up"] = outcome.warm_up;
  if (!outcome.settled) json["settled"] = false;
  return json;
}

WorkloadOutcome decode_outcome(const Node& node) {
  return {node.text("workload"),
          node.text("unit"),
          decode_summary(node.object("summary")),
          node.number_map("counters"),
          static_cast<std::size_t>(node.integer("warm_up", {0, INT64_MAX}, 0)),
          node.boolean("settled", true)};
}

}  // namespace

std::string to_json(const Trial& trial) {
  ordered_json outcomes = ordered_json::array();
  for (const auto& outcome : trial.outcomes)
    outcomes.push_back(encode(outcome));
  return ordered_json{{"schema", schema},
                      {"phase", name_of(trial.key.phase)},
                      {"round", trial.key.round},
                      {"candidate", trial.key.candidate},
                      {"replicate", trial.key.replicate},
                      {"settings", trial.settings},
                      {"effective", trial.effective},
                      {"state", name_of(trial.state)},
                      {"reason", trial.reason},
                      {"stderr", trial.workload_stderr},
                      {"outcomes", outcomes},
                      {"score", trial.score},
                      {"figures", trial.figures},
                      {"started", trial.started},
                      {"seconds", trial.seconds}}
      .dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

Result<Trial> trial_from_json(const std::string& line, const std::string& source) {
  auto document = Document::parse(line, source, schema);
  if (!document) return fail(document);
  const Node root = document->root();
  Trial trial;
  trial.key = {
      phase_from(root.choice("phase", {"calibrate", "search", "confirm", "probe", "reconfirm"}))
          .value_or(Phase::search),
      static_cast<int>(root.integer("round", count)),
      static_cast<int>(root.integer("candidate", count)),
      static_cast<int>(root.integer("replicate", count))};
  trial.settings = root.integer_map("settings");
  const Node effective = root.object("effective");
  for (const auto& where : effective.keys())
    trial.effective[where] = effective.integer_map(where);
  trial.state = trial_state_from(root.choice("state", {"complete", "failed", "void"}))
                    .value_or(TrialState::failed);
  trial.reason = root.text("reason");
  trial.workload_stderr = root.text("stderr");
  for (const Node& outcome : root.array("outcomes"))
    trial.outcomes.push_back(decode_outcome(outcome));
  trial.score = root.number("score", any_number);
  trial.figures = root.number_map("figures");
  trial.started = root.text("started");
  trial.seconds = root.number("seconds", any_number);
  if (auto done = document->finish(); !done) return fail(done);
  return trial;
}

}  // namespace moderato
