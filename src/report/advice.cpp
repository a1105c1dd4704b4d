// SPDX-License-Identifier: Apache-2.0
#include "report/advice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/link.hpp"
#include "core/printing.hpp"
#include "core/version.hpp"
#include "report/study_words.hpp"

namespace moderato {
namespace {

using Kind = LaunchSetting::Kind;
using KnobTexts = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 4> format_names{"sh", "mca", "ucx", "mvapich2"};

constexpr std::array<std::string_view, 4> places{
    "read it with `. FILE` before mpirun, or from a module or a job's prolog",
    "for /etc/openmpi/openmpi-mca-params.conf or ~/.openmpi/mca-params.conf of every node",
    "for /etc/ucx/ucx.conf of every node, or the folder $UCX_CONFIG_DIR (UCX 1.13 or later)",
    "for /etc/mvapich2.conf or ~/.mvapich2.conf of every node, or the file $MV2_USER_CONFIG"};

std::string_view of(AdviceFormat format, const std::array<std::string_view, 4>& texts) {
  return texts[static_cast<std::size_t>(format)];
}

/// A line of its own, whatever the text holds.
std::string comment(const std::string& text) {
  return "# " + printable(text) + "\n";
}

bool carries(AdviceFormat format, const LaunchSetting& setting) {
  switch (format) {
    case AdviceFormat::sh:
      return true;
    case AdviceFormat::mca:
      return setting.kind == Kind::mca;
    case AdviceFormat::ucx:
      return setting.kind == Kind::environment && setting.name.starts_with("UCX_");
    case AdviceFormat::mvapich2:
      return setting.kind == Kind::environment && setting.name.starts_with("MV2_");
  }
  return false;
}

/// These files have no quotes: what could begin a comment, end the line or lose a blank is refused.
bool is_plain(const std::string& value) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:=+/^@%-";
  return !value.empty() && value.find_first_not_of(plain) == std::string::npos;
}

bool is_name(const std::string& name) {
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  return !name.empty() && name.find_first_not_of(letters) == std::string::npos;
}

Result<std::string> line_of(AdviceFormat format, const LaunchSetting& setting,
                            const std::string& flavour) {
  const bool quoted = format == AdviceFormat::sh;
  if (!is_name(setting.name) || (!quoted && !is_plain(setting.value)))
    return fail(Fault::document,
                fmt::format("flavour '{}': {} = '{}' cannot be written into such a file",
                            printable(flavour), printable(setting.name), printable(setting.value)),
                quoted ? "names have letters, digits and '_'" : "take --format sh, which quotes");
  if (format == AdviceFormat::mca || format == AdviceFormat::mvapich2)
    return fmt::format("{} = {}\n", setting.name, setting.value);
  if (format == AdviceFormat::ucx) return fmt::format("{}={}\n", setting.name, setting.value);
  const std::string_view prefix = setting.kind == Kind::mca ? "OMPI_MCA_" : "";
  return fmt::format("export {}{}={}\n", prefix, setting.name, shell_quoted(setting.value));
}

std::string figures(const Profile& profile) {
  if (profile.outcome != Outcome::improved)
    return "nothing was proven better: it is the baseline's";
  const Comparison* c = evidence_of(profile);
  if (c == nullptr) return "proven better; by how much, the profile does not tell";
  const std::string interval =
      c->confidence > 0
          ? fmt::format(" ({} interval {} to {})", percent(c->confidence),
                        signed_percent(c->ratio_low - 1), signed_percent(c->ratio_high - 1))
          : "";
  const std::string p = p_text(c->p_holm);
  return fmt::format("{} {}{}, p {}{} after Holm's correction, n = {} rounds",
                     profile.evidence.objective, signed_percent(c->ratio_median - 1), interval,
                     p.starts_with('<') ? "< " : "= ", p.starts_with('<') ? p.substr(1) : p,
                     c->tested_rounds);
}

/// What the figures are of: not of one knob, but of all that was set with it.
std::string origin(const Profile& profile, const KnobTexts& knobs) {
  Settings others = all_settings(profile);
  for (const auto& [knob, value] : knobs)
    others.erase(knob);
  const auto& was = profile.evidence.baseline_settings;
  return fmt::format("  {}{}study {}, {}",
                     others.empty() ? "" : "together with " + settings_text(others) + "; ",
                     was.empty() ? "" : "against " + settings_text(was) + "; ",
                     profile.evidence.study, profile.evidence.created);
}

std::string values_of(const KnobTexts& knobs) {
  std::vector<std::string> texts;
  for (const auto& [knob, value] : knobs)
    texts.push_back(fmt::format("{} = {}", knob, value));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// "srq-limit = 64: p99 -12.3 % (...), p = 0.0004 after Holm's correction, n = 15 rounds".
std::string evidence_lines(const Profile& profile, const LaunchSetting& setting) {
  const bool size_unknown =
      setting.knobs.contains("srq-limit") && !profile.process.contains("srq-size");
  return comment(values_of(setting.knobs) + ": " + figures(profile)) +
         comment(origin(profile, setting.knobs)) +
         (size_unknown
              ? comment("  srq-limit acts by its ratio to srq-size, which the study did not "
                        "search: take the size that its policy measured with")
              : "");
}

std::string elsewhere(const LaunchSetting& setting) {
  return comment(fmt::format(
      "not in this file, which cannot carry it: {}={} ({}); `--format sh` can", setting.name,
      setting.value,
      setting.kind == Kind::mca ? "an Open MPI parameter" : "a variable of the environment"));
}

std::string heading(const Profile& profile, const LaunchAdvice& advice, AdviceFormat format) {
  return fmt::format("{} {} for {}\n", advice_heading, version, printable(advice.flavour)) +
         comment(advice.description) +
         comment(fmt::format("profile {}, class {}; {} on {} {}", profile.name,
                             profile.workload_class, profile.evidence.objective,
                             profile.fingerprint.driver, profile.fingerprint.kind)) +
         comment(std::string(of(format, places)));
}

/// What the file leaves out, each with the reason.
std::string left_out(const LaunchAdvice& advice, AdviceFormat format) {
  std::string text;
  for (const UnreachedKnob& knob : advice.unreached)
    text += comment(fmt::format("{} = {} does not reach {}: {}", knob.knob, knob.value,
                                advice.flavour, knob.reason));
  for (const auto* some : {&advice.settings, &advice.belonging})
    for (const LaunchSetting& setting : *some)
      if (!carries(format, setting)) text += elsewhere(setting);
  for (const LaunchSetting& setting : advice.measured_with)
    text += comment(
        fmt::format("measured with {}={}, which is left to you", setting.name, setting.value));
  return text.empty() ? text : "\n" + text;
}

Result<void> check(const Profile& profile, const LaunchAdvice& advice, AdviceFormat format) {
  if (profile.process.empty())
    return fail(Fault::usage,
                fmt::format("profile '{}' holds no knobs of processes", printable(profile.name)),
                "`moderato apply` sets those of devices");
  bool any = format == AdviceFormat::sh;
  for (const auto* some : {&advice.settings, &advice.belonging, &advice.measured_with})
    any = any || std::ranges::any_of(
                     *some, [&](const LaunchSetting& one) { return carries(format, one); });
  if (any) return {};
  return fail(Fault::usage,
              fmt::format("flavour '{}' sets nothing that --format {} could carry",
                          printable(advice.flavour), of(format, format_names)),
              "take --format sh, which carries everything");
}

}  // namespace

std::vector<std::string> advice_formats() {
  return {format_names.begin(), format_names.end()};
}

std::optional<AdviceFormat> advice_format(std::string_view name) {
  const auto* const found = std::ranges::find(format_names, name);
  if (found == format_names.end()) return std::nullopt;
  return static_cast<AdviceFormat>(found - format_names.begin());
}

Result<std::string> advice_text(const Profile& profile, const LaunchAdvice& advice,
                                AdviceFormat format) {
  if (auto possible = check(profile, advice, format); !possible) return fail(possible);
  std::string text = heading(profile, advice, format);
  for (const LaunchSetting& setting : advice.settings) {
    if (!carries(format, setting)) continue;
    auto line = line_of(format, setting, advice.flavour);
    if (!line) return line;
    text += "\n" + evidence_lines(profile, setting) + *line;
  }
  for (const LaunchSetting& setting : advice.belonging) {
    if (advice.settings.empty() || !carries(format, setting)) continue;
    auto line = line_of(format, setting, advice.flavour);
    if (!line) return line;
    text += "\n" + comment("without this the knobs above do not act") + *line;
  }
  return text + left_out(advice, format);
}

}  // namespace moderato
