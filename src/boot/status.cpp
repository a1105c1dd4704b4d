// SPDX-License-Identifier: Apache-2.0
#include "boot/status.hpp"

#include <algorithm>
#include <array>

#include "knobs/plan.hpp"

namespace moderato {
namespace {

/// What of the profile is not in force: values that stand still and are others, and modes that
/// override values although the profile was found without them.
std::vector<Difference> differences(const Profile& profile, const Settings& now) {
  std::vector<Difference> different;
  for (const auto& [knob, wanted] : profile.settings) {
    const auto found = now.find(knob);
    if (found != now.end() && found->second != wanted && !moves_by_itself(knob, now))
      different.push_back({knob, wanted, found->second});
  }
  if (profile.outcome != Outcome::improved) return different;
  for (const auto& [mode, value] : modes_in_the_way(profile.settings, now))
    if (!profile.settings.contains(mode)) different.push_back({mode, 0, value});
  return different;
}

/// "the device has no rx-frames, which the profile sets"; empty: it has all.
std::string missing_knobs(const Profile& profile, const Settings& now) {
  std::string knobs;
  for (const auto& [knob, wanted] : profile.settings)
    if (!now.contains(knob)) knobs += (knobs.empty() ? "" : ", ") + knob;
  return knobs.empty() ? knobs : "the device has no " + knobs + ", which the profile sets";
}

StatusRow row_for(const Device& device, const HostReport& report, const std::string& name,
                  const Choice& choice) {
  StatusRow row{.host = report.host,
                .netdev = device.netdev,
                .driver = device.driver,
                .kind = std::string(name_of(device.kind)),
                .workload_class = name,
                .profile = {},
                .problem = describe_ambiguity(choice)};
  if (choice.profile == nullptr) return row;
  const Profile& profile = choice.profile->profile;
  row.profile = choice.profile->file.filename();
  const Settings now = values_of(device.knobs);
  row.differed = differences(profile, now);
  row.problem = missing_knobs(profile, now);
  row.stale = staleness(profile.fingerprint, fingerprint_of(device, report.kernel));
  row.state = !row.stale.empty()                              ? ProfileState::stale
              : !row.differed.empty() || !row.problem.empty() ? ProfileState::differs
                                                              : ProfileState::current;
  return row;
}

bool has_knobs(const Device& device) {
  return std::ranges::any_of(device.knobs, [](const KnobState& knob) { return knob.supported(); });
}

bool is_asked(const Device& device, const StatusQuestion& question) {
  return question.netdevs.empty() ||
         std::ranges::find(question.netdevs, device.netdev) != question.netdevs.end();
}

/// The class that counts comes first.
std::vector<StatusRow> rows_of(const Device& device, const HostReport& report,
                               const Installed& installed, const StatusQuestion& question) {
  std::vector<StatusRow> rows{row_for(device, report, question.workload_class,
                                      choose(installed, question.workload_class, device))};
  rows.front().active = true;
  for (const std::string& other : installed.classes()) {
    if (other == question.workload_class) continue;
    StatusRow row = row_for(device, report, other, choose(installed, other, device));
    if (row.state != ProfileState::none || !row.problem.empty()) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::string_view name_of(ProfileState state) {
  constexpr std::array<std::string_view, 4> names{"current", "differs", "stale", "none"};
  return names[static_cast<std::size_t>(state)];
}

std::vector<StatusRow> status_of(const HostReport& report, const Installed& installed,
                                 const StatusQuestion& question) {
  std::vector<StatusRow> all;
  for (const Device& device : report.devices) {
    if (!is_asked(device, question)) continue;
    auto rows = rows_of(device, report, installed, question);
    const bool matched = rows.size() > 1 || rows.front().state != ProfileState::none ||
                         !rows.front().problem.empty();
    const bool of_hardware = has_knobs(device) && device.kind != DeviceKind::virtual_device;
    if (matched || of_hardware || !question.netdevs.empty())
      std::ranges::move(rows, std::back_inserter(all));
  }
  return all;
}

void find_writers(std::vector<StatusRow>& rows, const HostReport& report,
                  const std::filesystem::path& root) {
  for (StatusRow& row : rows) {
    const auto device = std::ranges::find(report.devices, row.netdev, &Device::netdev);
    if (row.differed.empty() || device == report.devices.end()) continue;
    row.writers = other_writers(*device, root);
    std::erase_if(row.writers, [&](const OtherWriter& writer) {
      return !writer.knob.empty() &&
             std::ranges::find(row.differed, writer.knob, &Difference::knob) == row.differed.end();
    });
  }
}

ProfileState worst_of(const std::vector<StatusRow>& rows) {
  std::optional<ProfileState> worst;
  for (const StatusRow& row : rows)
    if (row.active) worst = std::max(worst.value_or(ProfileState::current), row.state);
  return worst.value_or(ProfileState::none);
}

}  // namespace moderato
