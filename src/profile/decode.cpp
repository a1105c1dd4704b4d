// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>

#include "core/document.hpp"
#include "core/nearest.hpp"
#include "profile/outcome.hpp"
#include "profile/profile.hpp"

namespace moderato {
namespace {

constexpr double largest = std::numeric_limits<double>::max();
constexpr NumberRange any_number{-largest, largest}, not_negative{0, largest}, share{0, 1};

void unknown_knob(const Node& node, const std::string& knob, const KnobRanges& known) {
  std::vector<std::string> names;
  for (const auto& entry : known)
    names.push_back(entry.first);
  node.ignore(knob);
  node.fault(fmt::format("unknown knob '{}'", knob),
             did_you_mean(knob, names, "`moderato probe --all` lists the knobs"), knob);
}

Settings read_settings(const Node& parent, const char* key, const KnobRanges& known) {
  const Node node = parent.object(key);
  Settings settings;
  for (const std::string& knob : node.keys()) {
    const auto found = known.find(knob);
    if (found == known.end()) {
      unknown_knob(node, knob, known);
    } else {
      settings[knob] = node.integer(knob, {found->second.first, found->second.second});
    }
  }
  return settings;
}

Match read_match(const Node& root) {
  const Node node = root.object("match");
  Match match{node.text("driver", ""), "", node.text("pci_id", ""), node.text("netdev", "")};
  if (node.has("kind")) match.kind = node.choice("kind", {"pf", "vf", "virtual"});
  if (match.driver.empty() && match.pci_id.empty() && match.netdev.empty() && match.kind.empty())
    node.fault("it would match every device", "name a driver, kind, pci_id or netdev");
  return match;
}

Fingerprint read_fingerprint(const Node& root) {
  const Node node = root.object("fingerprint");
  Fingerprint f{.driver = node.text("driver"),
                .driver_version = node.text("driver_version"),
                .firmware = node.text("firmware"),
                .kernel = node.text("kernel"),
                .pci_id = node.text("pci_id"),
                .kind = node.choice("kind", {"pf", "vf", "virtual"}),
                .speed_mbps = {},
                .mtu = static_cast<int>(node.integer("mtu", {0, INT32_MAX}))};
  if (node.has("speed_mbps")) f.speed_mbps = node.integer("speed_mbps", {0, INT64_MAX});
  return f;
}

Summary read_summary(const Node& node) {
  const auto figure = [&](const char* key) { return node.number(key, any_number); };
  Summary s{.n = static_cast<std::size_t>(node.integer("n", {1, INT64_MAX})),
            .min = figure("min"),
            .mean = figure("mean"),
            .sd = node.number("sd", not_negative),
            .median = figure("median"),
            .p90 = figure("p90"),
            .p95 = figure("p95"),
            .p99 = figure("p99"),
            .max = figure("max"),
            .p999 = {}};
  if (node.has("p99.9")) s.p999 = figure("p99.9");
  const std::array in_order{s.min, s.median, s.p90, s.p95, s.p99, s.max};
  if (node.sound() && !std::is_sorted(in_order.begin(), in_order.end()))
    node.fault("min, median, p90, p95, p99 and max do not ascend", "these were never measured");
  return s;
}

std::map<std::string, Summary> read_summaries(const Node& parent, const std::string& key) {
  const Node node = parent.object(key);
  std::map<std::string, Summary> summaries;
  for (const std::string& workload : node.keys())
    summaries[workload] = read_summary(node.object(workload));
  return summaries;
}

double read_ratio(const Node& node, const char* key) {
  const double ratio = node.number(key, not_negative);
  if (!(ratio > 0))
    node.fault(fmt::format("{} is no ratio", ratio), "a ratio of two scores is above 0", key);
  return ratio;
}

ConstraintFinding read_constraint(const Node& node) {
  return {.constraint = node.text("constraint"),
          .rounds = static_cast<int>(node.integer("rounds", {0, INT32_MAX})),
          .ratio_median = read_ratio(node, "ratio_median"),
          .ratio_low = read_ratio(node, "ratio_low"),
          .ratio_high = read_ratio(node, "ratio_high"),
          .confidence = node.number("confidence", share),
          .p = node.number("p", share),
          .violated = node.boolean("violated", false)};
}

Comparison read_comparison(const Node& node, const KnobRanges& known) {
  Comparison c{.settings = read_settings(node, "settings", known),
               .rounds = static_cast<int>(node.integer("rounds", {0, INT32_MAX})),
               .tested_rounds = static_cast<int>(node.integer("tested_rounds", {0, INT32_MAX})),
               .failed_rounds = static_cast<int>(node.integer("failed_rounds", {0, INT32_MAX}, 0)),
               .ratio_median = read_ratio(node, "ratio_median"),
               .ratio_low = read_ratio(node, "ratio_low"),
               .ratio_high = read_ratio(node, "ratio_high"),
               .confidence = node.number("confidence", share),
               .p_rank = node.number("p_rank", share),
               .p_holm = node.number("p_holm", share),
               .p_t = node.number("p_t", share),
               .outlier_rate = node.number("outlier_rate", share),
               .summaries = read_summaries(node, "summaries"),
               .constraints = {}};
  for (const Node& constraint : node.array("constraints", true))
    c.constraints.push_back(read_constraint(constraint));
  const bool inside = c.ratio_low <= c.ratio_median && c.ratio_median <= c.ratio_high;
  if (!node.sound()) return c;
  if (c.confidence > 0 && !inside)
    node.fault(fmt::format("the interval from {} to {} does not hold the median {}", c.ratio_low,
                           c.ratio_high, c.ratio_median),
               "these were never measured", "ratio_median");
  if (c.tested_rounds > c.rounds)
    node.fault(fmt::format("there are {} rounds", c.rounds), "no more can have been tested",
               "tested_rounds");
  if (c.tested_rounds > 0 && c.fails())
    node.fault(fmt::format("{} rounds failed", c.failed_rounds),
               "what failed twice was not tested: tested_rounds is 0", "tested_rounds");
  if (c.tested_rounds == 0 && c.p_rank < 1)
    node.fault(fmt::format("{} of no round", c.p_rank), "what was not tested has a p-value of 1",
               "p_rank");
  if (c.p_holm < c.p_rank)
    node.fault(fmt::format("{} is below p_rank, which is {}", c.p_holm, c.p_rank),
               "Holm's correction never lowers a p-value", "p_holm");
  return c;
}

Evidence read_evidence(const Node& root, const KnobRanges& known) {
  const Node node = root.object("evidence");
  Evidence e{.policy = node.text("policy"),
             .objective = node.choice(
                 "objective", {"min", "mean", "median", "p90", "p95", "p99", "p99.9", "max"}),
             .study = node.text("study"),
             .created = node.text("created"),
             .noise_floor = node.number("noise_floor", not_negative),
             .alpha = node.number("alpha", share),
             .candidates = static_cast<int>(node.integer("candidates", {0, INT32_MAX})),
             .baseline_settings = {},
             .baseline = read_summaries(node, "baseline"),
             .comparisons = {}};
  if (node.has("baseline_settings"))
    e.baseline_settings = read_settings(node, "baseline_settings", known);
  for (const Node& comparison : node.array("comparisons"))
    e.comparisons.push_back(read_comparison(comparison, known));
  return e;
}

bool same_knobs(const Settings& a, const Settings& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first; });
}

/// A profile that claims more than its evidence shows, or less, was edited by hand.
void check_outcome(const Node& root, const Profile& profile) {
  const Evidence& evidence = profile.evidence;
  for (const Comparison& c : evidence.comparisons)
    for (const ConstraintFinding& one : c.constraints)
      if (one.violated != (one.p <= evidence.alpha))
        root.object("evidence")
            .fault(fmt::format("'{}' is {}violated, but its p is {}", one.constraint,
                               one.violated ? "" : "not ", one.p),
                   "take the profile that the study wrote", "comparisons");
  std::vector<Comparison> proven;
  std::copy_if(evidence.comparisons.begin(), evidence.comparisons.end(), std::back_inserter(proven),
               [&](const Comparison& c) { return is_proven(c, evidence.alpha); });
  if (profile.outcome == Outcome::baseline_is_best) {
    if (!proven.empty())
      root.fault("the evidence proves a candidate better than the baseline",
                 "take the profile that the study wrote", "outcome");
    return;
  }
  if (proven.empty()) {
    root.fault("no comparison of the evidence proves an improvement",
               "take the profile that the study wrote", "outcome");
  } else if (std::none_of(proven.begin(), proven.end(), [&](const Comparison& c) {
               return same_knobs(c.settings, all_settings(profile));
             })) {
    root.fault("these are not the knobs of a proven comparison",
               "take the profile that the study wrote", "settings");
  }
}

Profile read_profile(const Node& root, const KnobRanges& device_knobs,
                     const KnobRanges& process_knobs) {
  const std::vector<std::string> outcomes{std::string(name_of(Outcome::improved)),
                                          std::string(name_of(Outcome::baseline_is_best))};
  Profile profile;
  profile.name = root.text("name");
  profile.workload_class = root.text("class");
  profile.outcome = root.choice("outcome", outcomes) == outcomes.front()
                        ? Outcome::improved
                        : Outcome::baseline_is_best;
  profile.settings = read_settings(root, "settings", device_knobs);
  if (root.has("process")) profile.process = read_settings(root, "process", process_knobs);
  if (root.object("settings").is_object() && profile.settings.empty() && profile.process.empty())
    root.object("settings").fault("there are no settings", "name at least one knob");
  profile.match = read_match(root);
  profile.fingerprint = read_fingerprint(root);
  KnobRanges all = device_knobs;
  all.insert(process_knobs.begin(), process_knobs.end());
  profile.evidence = read_evidence(root, all);
  return profile;
}

}  // namespace

Result<Profile> parse_profile(const std::string& text, const std::string& source,
                              const KnobRanges& device_knobs, const KnobRanges& process_knobs) {
  const auto document = Document::parse(text, source, profile_schema);
  if (!document) return fail(document);
  Profile profile = read_profile(document->root(), device_knobs, process_knobs);
  if (document->root().sound()) check_outcome(document->root(), profile);
  if (auto done = document->finish(); !done) return fail(done);
  return profile;
}

}  // namespace moderato
