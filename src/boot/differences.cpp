// SPDX-License-Identifier: Apache-2.0
#include "boot/differences.hpp"

#include <fmt/format.h>

#include "knobs/plan.hpp"

namespace moderato {

std::vector<Difference> differences(const Settings& wanted, const Settings& now) {
  std::vector<Difference> different;
  for (const auto& [id, value] : wanted) {
    const auto found = now.find(id);
    if (found != now.end() && found->second != value)
      different.push_back({id, value, found->second});
  }
  return different;
}

Result<void> check_effective(const Profile& profile, const Settings& all,
                             const std::string& where) {
  Settings modes = modes_in_the_way(profile.settings, all);
  std::erase_if(modes, [&](const auto& mode) { return profile.settings.contains(mode.first); });
  if (modes.empty() || profile.outcome != Outcome::improved) return {};
  return fail(Fault::runtime,
              fmt::format("{}: {} overrides values of profile '{}', which was found without it",
                          where, describe(modes), profile.name),
              "switch it off, or tune with it among the parameters");
}

Result<Settings> write_or_as_measured(
    const Profile& profile, const Settings& wanted,
    const std::function<Result<Settings>(const Settings&)>& write) {
  auto effective = write(wanted);
  if (effective) return effective;
  const Settings measured = settings_as_measured(profile);
  Settings as_shown = measured, from_zero = measured;
  for (const auto& [id, value] : wanted) {
    as_shown.emplace(id, value);
    from_zero.emplace(id, is_mode(id) ? value : 0);
  }
  if (as_shown != wanted) {
    if (auto again = write(as_shown)) return again;
  }
  if (from_zero != as_shown) {
    if (auto again = write(from_zero)) return again;
  }
  return effective;
}

}  // namespace moderato
