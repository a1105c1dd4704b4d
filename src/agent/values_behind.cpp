// SPDX-License-Identifier: Apache-2.0
#include "agent/values_behind.hpp"

#include <algorithm>
#include <utility>

#include "knobs/plan.hpp"

namespace moderato {
namespace {

std::vector<std::string> names_of(const Settings& settings) {
  std::vector<std::string> names;
  for (const auto& [id, value] : settings)
    names.push_back(id);
  return names;
}

/// One look behind one mode of one device.
class Look {
 public:
  Look(const Backends& backends, const std::string& netdev, const std::string& mode,
       std::int64_t on)
      : backends_(backends), netdev_(netdev), mode_(mode), on_(on) {}

  /// What the device says of `values` with the mode off.
  Result<Settings> with_mode_off(const Settings& values) const {
    if (auto off = switch_to(0); !off) return off;
    return read_settings(backends_, netdev_, names_of(values));
  }

  /// With the mode off.
  Result<Settings> write(Settings values) const {
    values[mode_] = 0;
    return apply_settings(backends_, netdev_, values);
  }

  /// Whether values outlast the mode, or are reset with it.
  Result<bool> keeps_values(const Settings& shown) const {
    if (!write(shown)) {  // what it takes alone tells as much
      for (const auto& [id, value] : shown)
        (void)write({{id, value}});
    }
    auto made = with_mode_off(shown);
    if (!made) return fail(made);
    if (auto on = switch_to(on_); !on) return fail(on);
    auto again = with_mode_off(shown);
    if (!again) return fail(again);
    return *again == *made;
  }

 private:
  Result<Settings> switch_to(std::int64_t value) const {
    return apply_settings(backends_, netdev_, {{mode_, value}});
  }

  const Backends& backends_;
  const std::string& netdev_;
  const std::string& mode_;
  std::int64_t on_;
};

/// The change counts once it is on disk.
Result<void> change(const SnapshotStore& store, Snapshot& snapshot, Snapshot changed) {
  auto saved = store.save(changed);
  if (saved) snapshot = std::move(changed);
  return saved;
}

/// The snapshot with its values of the mode known.
Snapshot with_known(Snapshot snapshot, const std::string& mode, const Settings& known) {
  std::erase(snapshot.moving, mode);
  for (const auto& [id, value] : known) {
    (snapshot.settings.contains(id) ? snapshot.settings : snapshot.others)[id] = value;
    snapshot.behind.erase(id);
  }
  return snapshot;
}

}  // namespace

Settings all_of(const Snapshot& snapshot) {
  Settings all = snapshot.settings;
  all.insert(snapshot.others.begin(), snapshot.others.end());
  return all;
}

Settings values_of_mode(const std::string& mode, const Settings& settings) {
  Settings values;
  for (const auto& [id, value] : settings) {
    if (moves_by_itself(id, {{mode, 1}})) values[id] = value;
  }
  return values;
}

std::vector<std::string> moving_modes(const Settings& now) {
  std::vector<std::string> modes;
  for (const auto& [id, value] : now) {
    if (is_adaptive_mode(id) && value != 0 && !values_of_mode(id, now).empty()) modes.push_back(id);
  }
  return modes;
}

Settings to_put_back(const Snapshot& snapshot, const Settings& now) {
  Settings wanted = snapshot.settings;
  for (const auto& [id, value] : snapshot.others) {
    if (now.contains(id)) wanted[id] = value;
  }
  for (const auto& mode : snapshot.moving) {
    for (const auto& [id, value] : values_of_mode(mode, wanted))
      wanted.erase(id);
  }
  return wanted;
}

std::vector<Settings> steps_to(const Settings& wanted) {
  Settings with_modes_off = wanted;
  for (const auto& mode : moving_modes(wanted))
    with_modes_off[mode] = 0;
  if (with_modes_off == wanted) return {wanted};
  return {with_modes_off, wanted};
}

std::vector<std::string> modes_touched(const Snapshot& snapshot, const Settings& about_to_write) {
  std::vector<std::string> touched;
  for (const auto& mode : snapshot.moving) {
    const auto written = about_to_write.find(mode);
    const bool goes_off = written != about_to_write.end() && written->second == 0;
    if (goes_off || !values_of_mode(mode, about_to_write).empty()) touched.push_back(mode);
  }
  return touched;
}

std::vector<std::string> modes_in_hand(const Snapshot& snapshot, const Settings& now) {
  std::vector<std::string> modes;
  for (const auto& mode : snapshot.moving) {
    const auto found = now.find(mode);
    const bool is_off = found != now.end() && found->second == 0;
    if (is_off || !values_of_mode(mode, snapshot.behind).empty()) modes.push_back(mode);
  }
  return modes;
}

Result<void> look_behind(const Backends& backends, const SnapshotStore& store, Snapshot& snapshot,
                         const std::string& mode) {
  const Settings all = all_of(snapshot);
  const Settings shown = values_of_mode(mode, all);
  const Look look(backends, snapshot.netdev, mode, all.at(mode));
  Settings behind = values_of_mode(mode, snapshot.behind);
  if (behind.empty()) {
    auto found = look.with_mode_off(shown);
    if (!found) return fail(found);
    if (*found == shown) return change(store, snapshot, with_known(snapshot, mode, shown));
    behind = std::move(*found);
    Snapshot undecided = snapshot;
    undecided.behind.insert(behind.begin(), behind.end());
    if (auto kept = change(store, snapshot, std::move(undecided)); !kept) return kept;
  }
  auto keeps = look.keeps_values(shown);
  if (!keeps) return fail(keeps);
  if (auto known = change(store, snapshot, with_known(snapshot, mode, *keeps ? behind : shown));
      !known || !*keeps)
    return known;
  auto made = look.write(behind);
  return made ? Result<void>() : fail(made);
}

Snapshot with_what_stood_behind(Snapshot snapshot) {
  for (const auto& mode : std::vector(snapshot.moving)) {
    const Settings behind = values_of_mode(mode, snapshot.behind);
    if (!behind.empty()) snapshot = with_known(std::move(snapshot), mode, behind);
  }
  return snapshot;
}

}  // namespace moderato
