// SPDX-License-Identifier: Apache-2.0
#include "policy/policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "core/document.hpp"
#include "policy/space_reader.hpp"
#include "stats/tests.hpp"

namespace moderato {
namespace {

constexpr std::string_view schema = "moderato-policy/1";
constexpr std::int64_t max_combinations = 1'000'000;
constexpr std::array<std::string_view, 11> metric_names{"min",      "mean",       "median",  "p90",
                                                        "p95",      "p99",        "p99.9",   "max",
                                                        "run_time", "throughput", "cpu_time"};
constexpr std::ptrdiff_t objectives = 8;  // the first ones

/// Names become names of files and folders, so they hold nothing that a path would read.
std::string read_name(const Node& node, const std::string& key) {
  const std::string name = node.text(key);
  const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.');
  });
  if (name.empty() || !plain || name.front() == '.')
    node.fault(fmt::format("'{}' is no name", name),
               "use letters, digits, '-', '_' and '.', and no '.' in front", key);
  return name;
}

std::vector<WorkloadUse> read_workloads(const Node& root) {
  std::vector<WorkloadUse> uses;
  const auto nodes = root.array("workloads");
  for (const Node& node : nodes) {
    node.ignore("comment");
    WorkloadUse use{read_name(node, "use"), node.text_map("parameters"),
                    node.number("weight", {0.001, 1000}, 1)};
    const bool twice = std::any_of(uses.begin(), uses.end(), [&](const WorkloadUse& other) {
      return other.name == use.name && other.parameters == use.parameters;
    });
    if (twice) node.fault("the same workload with the same parameters stands twice", "remove one");
    uses.push_back(std::move(use));
  }
  if (nodes.empty()) root.fault("there are no workloads", "list at least one", "workloads");
  return uses;
}

void add_universal_constraints(Space& space) {
  for (Constraint& constraint : universal_constraints(space.parameters)) {
    const bool there = std::any_of(
        space.constraints.begin(), space.constraints.end(), [&](const Constraint& other) {
          return other.kind == constraint.kind && other.knobs == constraint.knobs;
        });
    if (!there) space.constraints.push_back(std::move(constraint));
  }
}

void check_space(const Node& root, const Space& space) {
  const auto count = combinations(space);
  if (count > max_combinations) {
    root.fault(fmt::format("{} combinations", count),
               fmt::format("the grid walks at most {}; list fewer values", max_combinations),
               "space");
  } else if (count > 0 && !any_allowed(space)) {
    root.fault("the constraints allow no combination", "relax one of them, or add values", "space");
  }
}

/// A knob that the anchor does not name is the baseline's.
std::vector<Settings> read_anchors(const Node& searcher, const Space& space,
                                   const KnownKnobs& known) {
  std::vector<Settings> anchors;
  for (const Node& node : searcher.array("anchors", true)) {
    Settings settings;
    node.ignore("comment");
    for (const std::string& knob : node.keys()) {
      if (knob == "comment") continue;
      const auto found = std::ranges::find(space.parameters, knob, &Parameter::knob);
      if (found == space.parameters.end()) {
        node.ignore(knob);
        node.fault(fmt::format("{} is no parameter of the space", knob),
                   "name knobs that are searched", knob);
      } else {
        settings[knob] = node.integer(knob, range_of(node, knob, knob, known));
      }
    }
    if (settings.empty() && node.sound())
      node.fault("an anchor without settings", "name a knob and its value");
    anchors.push_back(std::move(settings));
  }
  return anchors;
}

SearchPlan read_search(const Node& root, const Space& space, const KnownKnobs& known) {
  const Node node = root.object("searcher", true);
  const auto name = node.choice("name", {"grid", "random", "one-factor", "bayesian"}, "grid");
  const auto most = root.object("budget", true).integer("max_candidates", {0, 1'000'000}, 0);
  auto anchors = read_anchors(node, space, known);
  if (name == "grid" && !anchors.empty())
    node.fault("anchors beside the grid, which measures every candidate in its own order",
               "leave them out, or choose another searcher", "anchors");
  return {name, std::move(anchors), static_cast<int>(most)};
}

/// A searcher that learns gains from small batches what each costs in measured baselines.
int usual_batch(const SearchPlan& search) {
  return search.searcher == "bayesian" ? 4 : MeasurementPlan{}.batch;
}

MeasurementPlan read_plan(const Node& root, const SearchPlan& search) {
  const Node node = root.object("measurement", true);
  const MeasurementPlan defaults;
  const auto count = [&](const char* key, std::int64_t min, std::int64_t max, int fallback) {
    return static_cast<int>(node.integer(key, {min, max}, fallback));
  };
  return {
      .calibration_rounds = count("calibration_rounds", 2, 1000, defaults.calibration_rounds),
      .probe_rounds = count("probe_rounds", 0, 1000, defaults.probe_rounds),
      .search_rounds = count("search_rounds", 1, 1000, defaults.search_rounds),
      .batch = count("batch", 1, 1000, usual_batch(search)),
      .finalists = count("finalists", 1, 100, defaults.finalists),
      .confirm_rounds = count("confirm_rounds", 6, 1000, defaults.confirm_rounds),
      .settle_s = node.number("settle_s", {0, 600}, defaults.settle_s),
      .trial_timeout_s = node.number("trial_timeout_s", {1, 86'400}, defaults.trial_timeout_s),
      .keep_samples = node.boolean("keep_samples", defaults.keep_samples),
  };
}

/// The rank test permutes within rounds, so its smallest p-value is 2 / 2^rounds, of too many
/// rounds for all relabellings that of the drawn ones; Holm multiplies it by the number of
/// finalists. No finalist could ever win where that is above alpha.
void check_power(const Node& root, const Policy& policy) {
  const auto finalists =
      std::clamp<std::int64_t>(combinations(policy.space), 1, policy.plan.finalists);
  const auto smallest_p = [&](int rounds) {
    const double drawn = rounds > exact_rounds ? 2.0 / (relabelling_draws + 1) : 0;
    return static_cast<double>(finalists) * std::max(std::ldexp(1.0, 1 - rounds), drawn);
  };
  const int rounds = policy.plan.confirm_rounds;
  if (smallest_p(rounds) <= policy.alpha) return;
  int enough = 1;
  while (smallest_p(enough) > policy.alpha)
    ++enough;
  const std::string span = rounds < enough ? fmt::format("{} rounds or more", enough)
                                           : fmt::format("{} to {} rounds", enough, exact_rounds);
  root.fault(fmt::format("{} confirm_rounds give {} finalists no corrected p-value below {:.2g}, "
                         "but alpha is {}",
                         rounds, finalists, smallest_p(rounds), policy.alpha),
             fmt::format("take {}, or fewer finalists", span), "measurement");
}

int search_trials(const MeasurementPlan& plan, int candidates) {
  const int batches = (candidates + plan.batch - 1) / plan.batch;  // each measures the baseline too
  return (candidates + batches) * plan.search_rounds;
}

Metric metric_of(std::string_view name) {
  return static_cast<Metric>(std::ranges::find(metric_names, name) - metric_names.begin());
}

Metric read_metric(const Node& root) {
  const std::vector<std::string> names(metric_names.begin(), metric_names.begin() + objectives);
  return metric_of(root.object("objective", true).choice("metric", names, "p99"));
}

/// Just one of the two bounds; a ratio of 0 or less is none.
MetricConstraint read_constraint(const Node& node) {
  node.ignore("comment");
  std::vector<std::string> names(metric_names.begin(), metric_names.end());
  names.emplace_back("p50");
  const auto name = node.choice("metric", names);
  MetricConstraint constraint{.metric = metric_of(name == "p50" ? "median" : name),
                              .at_least = node.has("at_least")};
  if (node.has("at_least") == node.has("at_most")) {
    node.ignore("at_least");
    node.ignore("at_most");
    node.fault(
        node.has("at_least") ? "at_least and at_most in one constraint"
                             : "neither at_least nor at_most",
        "give one of them, a ratio to the baseline; a second bound is a constraint of its own");
  } else {
    constraint.ratio = node.number(constraint.at_least ? "at_least" : "at_most", {0.01, 100});
  }
  return constraint;
}

std::vector<MetricConstraint> read_constraints(const Node& root) {
  std::vector<MetricConstraint> constraints;
  for (const Node& node : root.array("constraints", true)) {
    const MetricConstraint constraint = read_constraint(node);
    for (const MetricConstraint& other : constraints) {
      if (!node.sound() || other.metric != constraint.metric) continue;
      const auto& [low, high] =
          constraint.at_least ? std::pair(constraint, other) : std::pair(other, constraint);
      if (other.at_least == constraint.at_least)
        node.fault(fmt::format("the same bound of {} stands twice", name_of(constraint.metric)),
                   "keep the stricter one");
      else if (low.ratio > high.ratio)
        node.fault(fmt::format("{} and {} leave nothing", describe(low), describe(high)),
                   "relax one of them");
    }
    constraints.push_back(constraint);
  }
  return constraints;
}

Policy read_policy(const Node& root, const KnownKnobs& known) {
  root.ignore("comment");
  Policy policy;
  policy.name = read_name(root, "name");
  policy.workload_class = read_name(root, "class");
  policy.description = root.text("description", "");
  policy.workloads = read_workloads(root);
  policy.space = read_space(root.object("space"), known);
  add_universal_constraints(policy.space);
  if (root.object("space").sound()) check_space(root, policy.space);
  policy.objective = read_metric(root);
  policy.constraints = read_constraints(root);
  policy.search = read_search(root, policy.space, known);
  policy.max_minutes = root.object("budget", true).number("max_minutes", {0, 1e5}, 0);
  policy.plan = read_plan(root, policy.search);
  policy.alpha = root.object("decision", true).number("alpha", {1e-4, 0.5}, policy.alpha);
  check_power(root, policy);
  policy.heartbeat_timeout_s =
      root.object("safety", true)
          .number("heartbeat_timeout_s", {1, 3600}, policy.heartbeat_timeout_s);
  return policy;
}

}  // namespace

std::string_view name_of(Metric metric) {
  return metric_names[static_cast<std::size_t>(metric)];
}

std::string describe(const MetricConstraint& constraint) {
  return fmt::format("{} {} {}", name_of(constraint.metric),
                     constraint.at_least ? ">=" : "<=", constraint.ratio);
}

Result<Policy> parse_policy(const std::string& text, const std::string& source,
                            const std::map<std::string, KnobRange>& known_knobs) {
  const auto document = Document::parse(text, source, schema);
  if (!document) return fail(document);
  Policy policy = read_policy(document->root(), known_knobs);
  if (auto done = document->finish(); !done) return fail(done);
  return policy;
}

bool probing_pays(const MeasurementPlan& plan, int candidates, int probing) {
  return probing > 0 && (probing + 1) * plan.probe_rounds < search_trials(plan, candidates);
}

int searched_at_most(const SearchPlan& search, int candidates) {
  return search.max_candidates > 0 ? std::min(search.max_candidates, candidates) : candidates;
}

int confirmation_trials(const MeasurementPlan& plan, int finalists) {
  return finalists > 0 ? std::max(finalists + 1, smallest_round) * plan.confirm_rounds : 0;
}

int planned_trials(const MeasurementPlan& plan, int candidates, int probing) {
  const int probe = probing > 0 ? (probing + 1) * plan.probe_rounds : 0;
  const int before = 2 * plan.calibration_rounds + probe;
  if (candidates <= 0) return before;
  return before + search_trials(plan, candidates) +
         confirmation_trials(plan, std::min(plan.finalists, candidates));
}

}  // namespace moderato
