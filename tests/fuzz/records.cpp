// SPDX-License-Identifier: Apache-2.0
// What a study keeps: study.json and the lines of trials.jsonl, told apart by their "schema".
#include <cmath>

#include "fuzz/property.hpp"
#include "tune/study.hpp"
#include "tune/trial_json.hpp"

using namespace moderato;
using namespace moderato::fuzz;

namespace {

const std::string name(source);

void check_study(const std::string& text) {
  const auto header = parse_study(text, name);
  if (!header) return refused_well(header.error());
  holds(!header->endpoints.empty(), "a study has endpoints");
  (void)baseline_settings(*header);
  (void)common_baseline(*header);
  round_trip(
      *header, [](const std::string& written) { return parse_study(written, name); },
      [](const StudyHeader& value) { return to_json(value); });
  holds(!parse_study(with_unknown_field(text), name), "an unknown field is refused");
}

/// The names of folders and files come from the file system, and the rest of a trial from programs.
void any_text_is_kept(const std::string& text) {
  StudyHeader header{.name = text, .link_source = text, .policy_source = text};
  header.endpoints.push_back({{text, {text}, text, text, ""}, {}, {}});
  holds(parse_study(to_json(header), name).has_value(), "a study can be read, whatever its names");
  const Trial trial{.state = TrialState::failed, .reason = text, .workload_stderr = text};
  holds(trial_from_json(to_json(trial), name).has_value(),
        "a trial can be read, whatever was printed");
}

void check_trial(const std::string& text) {
  const auto trial = trial_from_json(text, name);
  if (!trial) return refused_well(trial.error());
  holds(trial->key.round >= 0 && trial->key.candidate >= 0 && trial->key.replicate >= 0,
        "a trial has a place");
  holds(std::isfinite(trial->score), "a score is a number");
  holds(to_json(*trial).find('\n') == std::string::npos, "a trial is one line");
  round_trip(
      *trial, [](const std::string& written) { return trial_from_json(written, name); },
      [](const Trial& value) { return to_json(value); });
  holds(!trial_from_json(with_unknown_field(text), name), "an unknown field is refused");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = text_of(data, size);
  check_study(text);
  check_trial(text);
  any_text_is_kept(text);
  return 0;
}
