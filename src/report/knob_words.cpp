// SPDX-License-Identifier: Apache-2.0
#include "report/knob_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/printing.hpp"
#include "report/study_words.hpp"

namespace moderato {
namespace {

std::vector<WorkloadResponse> followers_of(const StudyReport& report, const std::string& knob) {
  std::vector<WorkloadResponse> workloads = report.knob_workloads;
  std::erase_if(workloads, [&](const WorkloadResponse& one) {
    return one.response.knob != knob || one.response.finding != Finding::moves;
  });
  return workloads;
}

std::vector<KnobResponse> knobs_that(const StudyReport& report, Finding finding) {
  std::vector<KnobResponse> knobs = report.knobs;
  std::erase_if(knobs, [&](const KnobResponse& knob) { return knob.finding != finding; });
  return knobs;
}

/// Those that move something, although the score of all workloads together stays.
std::vector<KnobResponse> balanced_knobs(const StudyReport& report) {
  std::vector<KnobResponse> knobs = report.knobs;
  std::erase_if(knobs, [&](const KnobResponse& knob) {
    return knob.finding == Finding::moves || followers_of(report, knob.knob).empty();
  });
  return knobs;
}

/// Those with this finding that no workload contradicts.
std::vector<KnobResponse> all_agree(const StudyReport& report, Finding finding) {
  std::vector<KnobResponse> knobs = knobs_that(report, finding);
  std::erase_if(knobs,
                [&](const KnobResponse& knob) { return !followers_of(report, knob.knob).empty(); });
  return knobs;
}

/// "rx-usecs, rx-frames"
std::string names_of(const std::vector<KnobResponse>& knobs) {
  std::vector<std::string> names;
  for (const KnobResponse& knob : knobs)
    names.push_back(printable(knob.knob));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string inert_sentence(const StudyReport& report, const std::vector<KnobResponse>& inert) {
  const bool any_moves =
      !knobs_that(report, Finding::moves).empty() || !balanced_knobs(report).empty();
  return fmt::format(
      "{} look{} inert on this link: no value moved {} by more than the {} that two trials of the "
      "same settings differ by. {}",
      names_of(inert), inert.size() == 1 ? "s" : "", printable(report.objective),
      percent(std::expm1(report.repeatability ? report.repeatability->limit : 0)),
      any_moves ? "Does its driver act on that at all?"
                : "Is this NIC in the workload's path, and does its driver moderate at all?");
}

std::string unclear_sentence(const std::vector<KnobResponse>& unclear) {
  const bool never_alone =
      std::ranges::all_of(unclear, [](const KnobResponse& knob) { return knob.values < 2; });
  return fmt::format(
      "Whether {} does anything is unclear: {}.", names_of(unclear),
      never_alone ? "no two of its values were measured with all else equal"
                  : "too few rounds to tell, for this noise; raise measurement.search_rounds");
}

std::string moves_sentence(const StudyReport& report, const KnobResponse& knob) {
  return fmt::format("{} does move {}: {} from {} to {}.", printable(knob.knob),
                     printable(report.objective), signed_percent(std::expm1(knob.effect)),
                     knob.reference, knob.value);
}

/// "rx-usecs moves single workloads, but not their common score: p99 of a by -33.9 % from 128
/// to 2."
std::string balanced_sentence(const StudyReport& report, const KnobResponse& knob) {
  std::vector<std::string> effects;
  for (const WorkloadResponse& one : followers_of(report, knob.knob))
    effects.push_back(fmt::format("{} by {} from {} to {}", printable(one.workload),
                                  signed_percent(std::expm1(one.response.effect)),
                                  one.response.reference, one.response.value));
  return fmt::format("{} moves single workloads, but not for sure their common score: {} of {}.",
                     printable(knob.knob), printable(report.objective),
                     fmt::join(effects, ", of "));
}

}  // namespace

std::vector<std::string> knob_sentences(const StudyReport& report) {
  std::vector<std::string> sentences;
  for (const KnobResponse& knob : knobs_that(report, Finding::moves))
    sentences.push_back(moves_sentence(report, knob));
  for (const KnobResponse& knob : balanced_knobs(report))
    sentences.push_back(balanced_sentence(report, knob));
  if (const auto inert = all_agree(report, Finding::inert); !inert.empty())
    sentences.push_back(inert_sentence(report, inert));
  if (const auto unclear = all_agree(report, Finding::unclear); !unclear.empty())
    sentences.push_back(unclear_sentence(unclear));
  return sentences;
}

}  // namespace moderato
