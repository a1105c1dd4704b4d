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

/// A limit acts relative to the size of its queue. What the profile does not hold of the two is the
/// flavour's.
Result<void> check_queue(const MpiFlavour& flavour, const Settings& process, const Texts& values) {
  const auto limit = process.find("srq-limit");
  const auto text = values.find("srq-size");
  if (limit == process.end() || text == values.end()) return {};
  const auto size = value_of(*find_process_knob("srq-size"), text->second);
  if (!size || limit->second < *size) return {};
  return fail(Fault::document,
              fmt::format("flavour '{}': srq-limit {} of the profile is not below srq-size {}",
                          flavour.name, limit->second, *size),
              "search srq-size too, or write a flavour with the size that was measured");
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
  if (auto sound = check_queue(flavour, process, values); !sound) return fail(sound);
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
