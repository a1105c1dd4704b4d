// SPDX-License-Identifier: Apache-2.0
#include "fakes/driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "knobs/catalogue.hpp"
#include "knobs/plan.hpp"

namespace moderato {
namespace {

constexpr int somebody_else = 0;

bool names(const std::vector<std::string>& knobs, const std::string& id) {
  return std::ranges::find(knobs, id) != knobs.end();
}

/// Why a request is refused: errno and the kernel's extended-ack text.
struct No {
  int error_number;
  std::string text;
};

std::optional<No> refusal_of_value(const FakeDevice& device, const std::string& id,
                                   std::int64_t value) {
  if (!device.settings.contains(id)) return No{EINVAL, "cannot modify an unsupported parameter"};
  // The kernel does not call the driver for a value that stands.
  if (device.settings.at(id) == value) return std::nullopt;
  if (device.character.refuses_while_adaptive && moves_by_itself(id, device.settings))
    return No{EINVAL, fmt::format("{} cannot be changed while adaptive", id)};
  for (const auto& [knob, from, to, text] : device.character.rejects) {
    if (knob == id && from <= value && value <= to) return No{ERANGE, text};
  }
  const auto initial = device.initial.find(id);
  if (names(device.character.refuses_its_default, id) && initial != device.initial.end() &&
      initial->second == value)
    return No{EINVAL, fmt::format("{} must not be {}", id, value)};
  return std::nullopt;
}

bool has_all(const Settings& device, const Settings& wanted) {
  return std::ranges::all_of(wanted, [&](const auto& wish) {
    const auto found = device.find(wish.first);
    return found != device.end() && found->second == wish.second;
  });
}

std::optional<No> refusal_of(const FakeDevice& device, const Settings& settings) {
  for (const auto& [id, value] : settings) {
    if (auto no = refusal_of_value(device, id, value)) return no;
  }
  Settings together = settings;
  together.insert(device.settings.begin(), device.settings.end());
  for (const auto& [combination, text] : device.character.refuses_together) {
    if (has_all(together, combination)) return No{EINVAL, text};
  }
  return std::nullopt;
}

/// What the driver makes of a value.
std::int64_t digested(const Character& character, const std::string& id, std::int64_t value) {
  if (const auto step = character.rounds.find(id); step != character.rounds.end())
    value -= value % step->second;
  if (const auto range = character.clamps.find(id); range != character.clamps.end())
    value = std::clamp(value, range->second.first, range->second.second);
  return value;
}

void store(FakeDevice& device, const std::string& id, std::int64_t value) {
  const Character& character = device.character;
  if (names(character.ignores, id)) return;
  if (!names(character.lies, id)) {
    device.settings[id] = digested(character, id, value);
    return;
  }
  const bool has_effect = character.rounds.contains(id) || character.clamps.contains(id);
  device.truth.try_emplace(id, device.settings[id]);
  if (has_effect) device.truth[id] = digested(character, id, value);
  device.settings[id] = value;
}

void store_all(FakeDevice& device, const Settings& settings) {
  for (const auto& [id, value] : settings) {
    const auto reset = device.character.mode_resets.find(id);
    const bool resets = reset != device.character.mode_resets.end() && device.settings[id] != value;
    store(device, id, value);
    if (!resets) continue;
    for (const auto& [other, standard] : reset->second)
      device.settings[other] = standard;
  }
}

/// The kernel tells of knobs that ethtool handles, and carries all of them, as a read shows them.
void notify(FakeDevice& device, int writer) {
  Notification told{.writer = writer};
  for (const auto& [id, value] : device.settings) {
    if (find_knob(id)->access == Access::ethtool) told.now[id] = *state_of(device, id).value;
  }
  device.notifications.push_back(std::move(told));
}

void foreign_write(FakeDevice& device, const ForeignWriter& writer) {
  const Settings before = device.settings;
  store_all(device, writer.settings);
  if (writer.tells && device.settings != before) notify(device, somebody_else);
}

std::optional<No> breakdown_of(FakeDevice& device) {
  const auto writes = static_cast<int>(device.journal.size());
  const auto passed = [&](const std::optional<int>& limit) { return limit && writes >= *limit; };
  device.gone = passed(device.character.gone_after);
  if (device.gone) return No{ENODEV, ""};
  if (passed(device.character.fails_after) && !passed(device.character.fails_until))
    return No{EIO, ""};
  return std::nullopt;
}

std::unexpected<Error> refused(FakeDevice& device, const Settings& settings, const No& no) {
  const std::string why =
      fmt::format("{}{}{}", std::strerror(no.error_number), no.text.empty() ? "" : ": ", no.text);
  device.journal.push_back({settings, why, false});
  return fail(Fault::runtime,
              fmt::format("{} does not take {}: {}", device.facts.netdev, describe(settings), why));
}

}  // namespace

KnobState state_of(const FakeDevice& device, const std::string& knob) {
  const auto found = device.settings.find(knob);
  if (found == device.settings.end()) return {knob, {}, "the driver does not report it"};
  const auto& shown = device.character.shows_while_adaptive;
  if (shown.contains(knob) && moves_by_itself(knob, device.settings))
    return {knob, shown.at(knob) + device.reads % 4 * device.character.rung_step, {}};
  return {knob, found->second, {}};
}

void before_read(FakeDevice& device) {
  ++device.reads;
  const auto& writer = device.character.foreign_writer;
  if (writer && writer->when == ForeignWriter::When::before_read && device.reads >= writer->nth)
    foreign_write(device, *writer);
}

Result<void> write_to(FakeDevice& device, const Settings& settings, int writer) {
  if (const auto broken = breakdown_of(device)) return refused(device, settings, *broken);
  if (const auto no = refusal_of(device, settings)) return refused(device, settings, *no);
  const Settings before = device.settings;
  store_all(device, settings);
  const bool changed = device.settings != before;
  device.journal.push_back({settings, "", changed});
  const bool ethtool = find_knob(settings.begin()->first)->access == Access::ethtool;
  if (changed && ethtool) notify(device, writer);
  const auto& foreign = device.character.foreign_writer;
  if (foreign && foreign->when == ForeignWriter::When::after_write &&
      static_cast<int>(device.journal.size()) == foreign->nth)
    foreign_write(device, *foreign);
  return {};
}

}  // namespace moderato
