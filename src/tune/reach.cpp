// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tune/responses.hpp"

namespace moderato {
namespace {

std::vector<WorkloadResponse> workloads_of(const Responses& responses, const std::string& knob) {
  std::vector<WorkloadResponse> result = responses.workloads;
  std::erase_if(result, [&](const WorkloadResponse& one) { return one.response.knob != knob; });
  return result;
}

bool follows(const WorkloadResponse& one) {
  return one.out_of_reach.empty() && one.response.finding == Finding::moves;
}
bool stays(const WorkloadResponse& one) {
  return !one.out_of_reach.empty() || one.response.finding == Finding::inert;
}
bool unclear(const WorkloadResponse& one) {
  return !follows(one) && !stays(one);
}

std::string figures_of(const WorkloadResponse& one, Metric objective) {
  if (!one.out_of_reach.empty()) return one.out_of_reach;
  if (one.response.values < 2) return "no two values were measured with all else equal";
  return describe_effect(one.response, objective);
}

/// "; does not reach a (...), b (...)": those of which `which` holds; "" if none.
std::string part(std::string_view lead, const std::vector<WorkloadResponse>& workloads,
                 bool (*which)(const WorkloadResponse&), Metric objective) {
  std::vector<std::string> words;
  for (const WorkloadResponse& one : workloads)
    if (which(one))
      words.push_back(fmt::format("{} ({})", one.workload, figures_of(one, objective)));
  return words.empty() ? "" : fmt::format("{}{}", lead, fmt::join(words, ", "));
}

}  // namespace

std::string describe_effect(const KnobResponse& knob, Metric objective) {
  const std::string most =
      std::isfinite(knob.bound)
          ? fmt::format(", and any value by {:.1f} % at most", 100 * std::expm1(knob.bound))
          : "";
  return fmt::format("{} against {} changes {} by {:+.1f} %{}", knob.value, knob.reference,
                     name_of(objective), 100 * std::expm1(knob.effect), most);
}

std::vector<std::string> describe_reach(const Responses& responses, Metric objective,
                                        double alpha) {
  std::vector<std::string> lines;
  for (const KnobResponse& knob : responses.knobs) {
    const auto workloads = workloads_of(responses, knob.knob);
    const bool score_stays = knob.finding == Finding::inert;
    const bool seen = std::ranges::any_of(
        workloads, [&](const WorkloadResponse& one) { return one.p_shared <= alpha; });
    const bool differ =
        std::ranges::any_of(workloads, follows) && std::ranges::any_of(workloads, stays);
    if (!differ && !(score_stays && seen)) continue;
    std::string parts = part("; reaches ", workloads, follows, objective) +
                        part("; does not reach ", workloads, stays, objective) +
                        part("; unclear whether it reaches ", workloads, unclear, objective);
    if (score_stays)
      parts +=
          fmt::format("; the score of all together stays ({})", describe_effect(knob, objective));
    lines.push_back(knob.knob + parts.substr(1));
  }
  return lines;
}

}  // namespace moderato
