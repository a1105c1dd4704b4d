// SPDX-License-Identifier: Apache-2.0
#include "stats/response.hpp"

#include <algorithm>
#include <cmath>

#include "stats/knob_effect.hpp"
#include "stats/tests.hpp"

namespace moderato {
namespace {

/// An effect of a quarter matters to anybody. On a machine so noisy that it cannot be ruled out, a
/// knob that does much would pass for inert.
const double matters_to_anybody = std::log(1.25);

std::vector<FigureTest> combined(const std::vector<std::vector<FigureTest>>& parts) {
  std::vector<FigureTest> result = parts.front();
  for (const auto& part : parts) {
    for (std::size_t i = 0; i < result.size(); ++i)
      result[i] = {std::min(result[i].p, part[i].p),
                   std::min(result[i].p_shared, part[i].p_shared)};
  }
  const auto times = static_cast<double>(parts.size());
  for (FigureTest& test : result)
    test = {std::min(1.0, times * test.p), std::min(1.0, times * test.p_shared)};
  return result;
}

/// Of several figures of the trials of one knob. Twice the smaller of search and confirmation
/// (Bonferroni), since a knob moves if either shows it. A part that could not reject anything,
/// whatever its scores, would only dilute the other. Empty: neither could.
std::vector<FigureTest> tests_of(std::span<const KnobTrials* const> figures, double alpha,
                                 std::uint64_t seed, int draws) {
  std::vector<std::vector<FigureTest>> parts;
  for (const auto phase : {&KnobTrials::search, &KnobTrials::confirm}) {
    if (least_p(figures.front()->*phase) > alpha) continue;
    std::vector<std::vector<Block>> blocks;
    for (const KnobTrials* figure : figures)
      blocks.push_back(figure->*phase);
    parts.push_back(association_tests(blocks, seed, draws));
  }
  return parts.empty() ? std::vector<FigureTest>{} : combined(parts);
}

/// Holm over the knobs that could be tested; the others are no hypotheses.
void correct(std::vector<KnobResponse>& responses, const std::vector<std::size_t>& tested) {
  std::vector<double> p_values;
  for (std::size_t i : tested)
    p_values.push_back(responses[i].p);
  const std::vector<double> corrected = holm(p_values);
  for (std::size_t i = 0; i < tested.size(); ++i)
    responses[tested[i]].p_corrected = corrected[i];
}

/// The names of the knobs, each once.
std::vector<std::string> knobs_of(std::span<const WorkloadTrials> workloads) {
  std::vector<std::string> names;
  for (const WorkloadTrials& workload : workloads)
    for (const KnobTrials& knob : workload.knobs)
      if (std::ranges::find(names, knob.knob) == names.end()) names.push_back(knob.knob);
  return names;
}

/// What one knob does to each workload that it can reach, before the correction over the knobs;
/// whether that could be tested.
bool respond(const std::string& knob, std::span<const WorkloadTrials> workloads, double alpha,
             std::uint64_t seed, int draws, std::vector<WorkloadResponse>& responses) {
  std::vector<const KnobTrials*> figures;
  const std::size_t first = responses.size();
  for (const WorkloadTrials& workload : workloads) {
    const auto found = std::ranges::find(workload.knobs, knob, &KnobTrials::knob);
    if (found == workload.knobs.end()) continue;
    figures.push_back(&*found);
    responses.push_back({workload.workload, "", workload.noise.limit, {.knob = knob}, 1});
    measure_effects(responses.back().response, *found, workload.noise);
  }
  const auto tests = tests_of(figures, alpha, seed, draws);
  for (std::size_t i = 0; i < tests.size(); ++i) {
    responses[first + i].response.p = tests[i].p;
    responses[first + i].p_shared = tests[i].p_shared;
  }
  return !tests.empty();
}

/// `limit`: of repeatability.
Finding finding_of(const KnobResponse& response, double limit, double alpha) {
  if (response.p_corrected <= alpha) return Finding::moves;
  const double margin = std::min(2 * limit, matters_to_anybody);
  const bool small = std::abs(response.effect) <= limit && response.bound <= margin;
  return response.p > alpha && response.values > 1 && small ? Finding::inert : Finding::unclear;
}

}  // namespace

std::string_view name_of(Finding finding) {
  switch (finding) {
    case Finding::moves:
      return "moves";
    case Finding::inert:
      return "inert";
    case Finding::unclear:
      return "unclear";
  }
  return "";
}

std::vector<KnobResponse> responses_of(std::span<const KnobTrials> knobs,
                                       const Repeatability& noise, double alpha, std::uint64_t seed,
                                       int draws) {
  std::vector<KnobResponse> responses;
  std::vector<std::size_t> tested;
  for (const KnobTrials& knob : knobs) {
    responses.push_back({.knob = knob.knob});
    measure_effects(responses.back(), knob, noise);
    const KnobTrials* figure = &knob;
    if (const auto tests = tests_of({&figure, 1}, alpha, seed, draws); !tests.empty()) {
      responses.back().p = tests.front().p;
      tested.push_back(responses.size() - 1);
    }
  }
  correct(responses, tested);
  for (KnobResponse& response : responses)
    response.finding = finding_of(response, noise.limit, alpha);
  return responses;
}

std::vector<WorkloadResponse> workload_responses(std::span<const WorkloadTrials> workloads,
                                                 double alpha, std::uint64_t seed, int draws) {
  std::vector<WorkloadResponse> responses;
  int tested = 0;
  for (const std::string& knob : knobs_of(workloads))
    tested += respond(knob, workloads, alpha, seed, draws, responses);
  for (WorkloadResponse& one : responses) {
    one.response.p_corrected = std::min(1.0, one.p_shared * std::max(1, tested));
    one.response.finding = finding_of(one.response, one.limit, alpha);
  }
  return responses;
}

}  // namespace moderato
