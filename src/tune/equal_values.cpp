// SPDX-License-Identifier: Apache-2.0
#include "tune/equal_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policy/policy.hpp"
#include "tune/findings.hpp"
#include "tune/measure.hpp"
#include "workload/process_knobs.hpp"

namespace moderato {
namespace {

std::vector<Settings> baselines_of(const Session& session) {
  std::vector<Settings> baselines;
  for (const Station& station : session.stations)
    baselines.push_back(station.baseline);
  return baselines;
}

/// Nothing if an endpoint has refused it.
std::optional<std::vector<Settings>> write_everywhere(Session& session, const Settings& settings) {
  std::vector<Settings> shown;
  for (Station& station : session.stations) {
    auto effective = station.agent.write(station.endpoint.netdev, settings);
    if (!effective) return std::nullopt;
    shown.push_back(std::move(*effective));
  }
  return shown;
}

/// Whether some endpoint shows another value than `asked`.
bool is_turned(const Settings& asked, const std::vector<Settings>& shown) {
  return std::ranges::any_of(shown, [&](const Settings& now) {
    return std::ranges::any_of(asked, [&](const auto& setting) {
      const auto found = now.find(setting.first);
      return found != now.end() && found->second != setting.second;
    });
  });
}

Result<void> restore_everywhere(Session& session) {
  for (Station& station : session.stations) {
    if (auto restored = station.agent.restore(); !restored) return restored;
  }
  return {};
}

}  // namespace

Result<std::vector<EqualValue>> find_equal_values(const Space& space, const StudyHeader& header,
                                                  Session& session, const Interrupt& interrupt) {
  const Settings baseline = common_baseline(header).value_or(Settings{});
  const auto knobs = device_knobs_of(space);
  const auto candidates =
      candidates_to_read_back({knobs.begin(), knobs.end()}, baseline,
                              all_candidates_of(space, header), probing_contexts, header.seed);
  if (candidates.empty()) return {};
  ReadBacks read_backs;
  std::vector<Candidate> to_write = candidates;
  // An old baseline that takes the place of what is in force has yet to be read back.
  if (header.since && header.since->baseline)
    to_write.insert(to_write.begin(), {0, baseline});
  else
    read_backs[0] = baselines_of(session);
  for (const Candidate& candidate : to_write) {
    if (interrupt.signal()) return std::unexpected(interrupted_error());
    const Settings asked = device_part(candidate.settings);
    auto shown = write_everywhere(session, asked);
    // From where a driver shows a value that nobody has asked for, asking for that one would change
    // nothing, and so would not be refused: igbvf shows 1 for 0, and takes no 1.
    if (!shown || is_turned(asked, *shown)) {
      if (auto restored = restore_everywhere(session); !restored) return fail(restored);
    }
    if (shown) read_backs[candidate.number] = std::move(*shown);
  }
  if (auto restored = restore_everywhere(session); !restored) return fail(restored);
  return equal_values(space, baseline, candidates, read_backs);
}

std::string describe(const std::vector<EqualValue>& equal) {
  std::string text, knob;
  for (const EqualValue& value : equal) {
    if (value.knob != knob) text += fmt::format("{}{}:", knob.empty() ? "" : "; ", value.knob);
    text += fmt::format("{} {} is the same as {}", value.knob == knob ? "," : "", value.value,
                        value.same_as);
    knob = value.knob;
  }
  return text;
}

}  // namespace moderato
