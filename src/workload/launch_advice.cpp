// SPDX-License-Identifier: Apache-2.0
#include "workload/launch_advice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workload/placeholders.hpp"
#include "workload/process_knobs.hpp"

namespace moderato {
namespace {

using Kind = LaunchSetting::Kind;

/// The knobs of `process` that stand in the template, with their values.
Texts carried_by(const std::string& word, const Settings& process) {
  Texts knobs;
  for (const auto& [knob, value] : process) {
    const bool there = word.find("{" + knob + "}") != std::string::npos ||
                       word.find("{" + knob + ":number}") != std::string::npos;
    if (there) knobs[knob] = text_of(*find_process_knob(knob), value);
  }
  return knobs;
}

/// The flavour's parameters with the values of the profile.
Texts values_for(const MpiFlavour& flavour, const Settings& process) {
  Texts parameters = flavour.parameters;
  for (const auto& [knob, value] : process) {
    const auto parameter = parameters.find(knob);
    if (parameter != parameters.end()) parameter->second = text_of(*find_process_knob(knob), value);
  }
  return with_numbers_of_knobs(std::move(parameters));
}

Result<void> sort_in(LaunchAdvice& advice, const MpiFlavour& flavour, Kind kind,
                     const Texts& templates, const Settings& process, const Texts& values) {
  for (const auto& [name, word] : templates) {
    LaunchSetting setting{kind, name, word, carried_by(word, process)};
    const bool belongs = std::ranges::find(flavour.belonging, name) != flavour.belonging.end();
    auto text = expand(word, values, flavour.name);
    if (text)
      setting.value = std::move(*text);
    else if (belongs || !setting.knobs.empty())
      return fail(text);
    if (!setting.knobs.empty())
      advice.settings.push_back(std::move(setting));
    else
      (belongs ? advice.belonging : advice.measured_with).push_back(std::move(setting));
  }
  return {};
}

bool is_carried(const LaunchAdvice& advice, const std::string& knob) {
  return std::ranges::any_of(
      advice.settings, [&](const LaunchSetting& setting) { return setting.knobs.contains(knob); });
}

std::string why_unreached(const MpiFlavour& flavour, const std::string& knob) {
  const auto reason = flavour.unreachable.find(knob);
  return reason == flavour.unreachable.end() ? "the flavour has no setting for it" : reason->second;
}

}  // namespace

Result<LaunchAdvice> launch_advice(const MpiFlavour& flavour, const Settings& process) {
  LaunchAdvice advice{.flavour = flavour.name, .description = flavour.description};
  const Texts values = values_for(flavour, process);
  auto sorted = sort_in(advice, flavour, Kind::mca, flavour.mca, process, values);
  if (sorted)
    sorted = sort_in(advice, flavour, Kind::environment, flavour.environment, process, values);
  if (!sorted) return fail(sorted);
  for (const auto& [knob, value] : process)
    if (!is_carried(advice, knob))
      advice.unreached.push_back(
          {knob, text_of(*find_process_knob(knob), value), why_unreached(flavour, knob)});
  return advice;
}

}  // namespace moderato
