// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "profile/outcome.hpp"
#include "profile/profile.hpp"

namespace moderato {
namespace {

using Json = nlohmann::ordered_json;

Json encode(const Settings& settings) {
  Json json = Json::object();
  for (const auto& [knob, value] : settings)
    json[knob] = value;
  return json;
}

/// An empty field matches everything, and is left out.
Json encode(const Match& match) {
  Json json = Json::object();
  const auto put = [&](const char* key, const std::string& value) {
    if (!value.empty()) json[key] = value;
  };
  put("driver", match.driver);
  put("kind", match.kind);
  put("pci_id", match.pci_id);
  put("netdev", match.netdev);
  return json;
}

Json encode(const Fingerprint& f) {
  Json json{{"driver", f.driver},     {"driver_version", f.driver_version},
            {"firmware", f.firmware}, {"kernel", f.kernel},
            {"pci_id", f.pci_id},     {"kind", f.kind}};
  if (f.speed_mbps) json["speed_mbps"] = *f.speed_mbps;
  json["mtu"] = f.mtu;
  return json;
}

Json encode(const Summary& s) {
  Json json{{"n", s.n},           {"min", s.min}, {"mean", s.mean}, {"sd", s.sd},
            {"median", s.median}, {"p90", s.p90}, {"p95", s.p95},   {"p99", s.p99}};
  if (s.p999) json["p99.9"] = *s.p999;
  json["max"] = s.max;
  return json;
}

Json encode(const std::map<std::string, Summary>& summaries) {
  Json json = Json::object();
  for (const auto& [workload, summary] : summaries)
    json[workload] = encode(summary);
  return json;
}

Json encode(const ConstraintFinding& c) {
  return {{"constraint", c.constraint},
          {"rounds", c.rounds},
          {"ratio_median", c.ratio_median},
          {"ratio_low", c.ratio_low},
          {"ratio_high", c.ratio_high},
          {"confidence", c.confidence},
          {"p", c.p},
          {"violated", c.violated}};
}

/// Constraints are left out where the policy has none, failed rounds where there are none.
Json encode(const Comparison& c) {
  Json json{{"settings", encode(c.settings)},
            {"rounds", c.rounds},
            {"tested_rounds", c.tested_rounds},
            {"ratio_median", c.ratio_median},
            {"ratio_low", c.ratio_low},
            {"ratio_high", c.ratio_high},
            {"confidence", c.confidence},
            {"p_rank", c.p_rank},
            {"p_holm", c.p_holm},
            {"p_t", c.p_t},
            {"outlier_rate", c.outlier_rate},
            {"summaries", encode(c.summaries)}};
  if (c.failed_rounds > 0) json["failed_rounds"] = c.failed_rounds;
  for (const ConstraintFinding& constraint : c.constraints)
    json["constraints"].push_back(encode(constraint));
  return json;
}

Json encode(const Evidence& e) {
  Json comparisons = Json::array();
  for (const Comparison& comparison : e.comparisons)
    comparisons.push_back(encode(comparison));
  Json json{{"policy", e.policy},        {"objective", e.objective},     {"study", e.study},
            {"created", e.created},      {"noise_floor", e.noise_floor}, {"alpha", e.alpha},
            {"candidates", e.candidates}};
  if (!e.baseline_settings.empty()) json["baseline_settings"] = encode(e.baseline_settings);
  json["baseline"] = encode(e.baseline);
  json["comparisons"] = std::move(comparisons);
  return json;
}

}  // namespace

std::string to_json(const Profile& profile) {
  Json json{{"schema", profile_schema},
            {"name", profile.name},
            {"class", profile.workload_class},
            {"outcome", name_of(profile.outcome)},
            {"settings", encode(profile.settings)}};
  if (!profile.process.empty()) json["process"] = encode(profile.process);
  json["match"] = encode(profile.match);
  json["fingerprint"] = encode(profile.fingerprint);
  json["evidence"] = encode(profile.evidence);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace moderato
