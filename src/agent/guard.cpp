// SPDX-License-Identifier: Apache-2.0
#include "agent/guard.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "agent/values_behind.hpp"
#include "core/file.hpp"
#include "core/utc_now.hpp"
#include "knobs/plan.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

constexpr int restore_attempts = 5;

std::vector<std::string> names_of(const Settings& settings) {
  std::vector<std::string> names;
  for (const auto& [id, value] : settings)
    names.push_back(id);
  return names;
}

std::string differences(const Settings& wanted, const Settings& now) {
  std::string text;
  for (const auto& [id, value] : wanted) {
    const auto found = now.find(id);
    if (found == now.end() || found->second == value) continue;
    text += fmt::format("{}{}: wanted {}, reads {}", text.empty() ? "" : ", ", id, value,
                        found->second);
  }
  return text;
}

/// What those backends say that handle one of `knobs`. One that cannot be asked is an error: that
/// is not a device without the knob.
Result<Settings> told_of(const Backends& backends, const std::string& netdev,
                         const Settings& knobs) {
  Settings now;
  for (const auto& backend : backends) {
    const auto handled = [&](const auto& knob) { return backend->handles(knob.first); };
    if (!std::ranges::any_of(knobs, handled)) continue;
    auto states = backend->read(netdev);
    if (!states) return fail(states);
    now.merge(values_of(*states));
  }
  return now;
}

/// The first value of the knob that is not `ours`, as others were told of it or as it is now.
std::int64_t first_other(const std::string& id, std::int64_t ours,
                         const std::vector<Settings>& told, std::int64_t now) {
  for (const Settings& settings : told) {
    const auto found = settings.find(id);
    if (found != settings.end() && found->second != ours) return found->second;
  }
  return now;
}

/// As far as the driver lets it. igbvf shows rx-usecs 1 where 0 was set, and takes no 1: whoever
/// had 0 has it again by that only. Where 0 does not show as the value, what is there now stays.
void put_back_alone(const Backends& backends, const std::string& netdev, const std::string& id,
                    std::int64_t value) {
  if (apply_settings(backends, netdev, {{id, value}})) return;
  if (value == 0 || is_mode(id)) return;
  const auto now = read_settings(backends, netdev, {id});
  if (!now) return;
  const auto with_zero = apply_settings(backends, netdev, {{id, 0}});
  if (with_zero && with_zero->at(id) != value) (void)apply_settings(backends, netdev, *now);
}

/// Programs known to set interrupt moderation on their own. Netlink does not say who wrote, so they
/// can only be suspected.
std::string suspects() {
  static constexpr std::string_view known[] = {"tuned", "NetworkManager", "systemd-udevd",
                                               "systemd-network", "ethtool"};
  std::string running;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    auto name = read_file(entry.path() / "comm", 64);
    if (!name || name->empty()) continue;
    name->pop_back();
    if (std::ranges::find(known, *name) != std::end(known) &&
        running.find(*name) == std::string::npos)
      running += fmt::format("{}{}", running.empty() ? "" : ", ", *name);
  }
  return running;
}

}  // namespace

Guard::Guard(HostAccess host, const fs::path& state_dir)
    : host_(std::move(host)), store_(state_dir) {}

std::string Guard::owner_line() const {
  return fmt::format("{} since {} (agent: process {})", owner_, utc_now(), ::getpid());
}

/// Without a MAC: it is not there.
Device Guard::device_of(const std::string& netdev) const {
  for (auto& device : host_.discover().devices) {
    if (device.netdev == netdev) return device;
  }
  return {};
}

/// What the armed device is called by now. A name that is nobody's is answered as it is: the kernel
/// tells what is the matter with it, and it may be back in a moment.
Result<std::string> Guard::name_now(const Snapshot& snapshot) const {
  if (host_.ifindex(snapshot.netdev) == snapshot.ifindex) return snapshot.netdev;
  const auto devices = host_.discover().devices;
  if (auto name = present_name(snapshot, here(), devices, host_.ifindex)) return *name;
  const auto other = std::ranges::find(devices, snapshot.netdev, &Device::netdev);
  if (other == devices.end()) return snapshot.netdev;
  return fail(Fault::runtime,
              fmt::format("another device is called {} now ({} instead of {})", snapshot.netdev,
                          other->mac, snapshot.mac),
              "give the device its name back, then run `moderato restore`");
}

/// A name may be another device's by now, which has no snapshot.
Result<void> Guard::require_name(const std::string& netdev, const Snapshot& snapshot) const {
  auto name = name_now(snapshot);
  if (!name) return fail(name);
  if (*name == netdev) return {};
  return fail(Fault::runtime, fmt::format("{} was renamed to {} while it was armed", netdev, *name),
              "leave names alone while a study runs");
}

/// What is put back goes to the device that was armed, whatever it is called by now.
Result<void> Guard::follow(Snapshot& snapshot) const {
  auto name = name_now(snapshot);
  if (!name) return fail(name);
  snapshot.follow(*name);
  return {};
}

Result<Settings> Guard::read(const std::string& netdev,
                             const std::vector<std::string>& knobs) const {
  return read_settings(host_.backends, netdev, knobs);
}

Result<Settings> Guard::arm(const std::string& netdev, const std::vector<std::string>& knobs) {
  if (armed_.contains(netdev)) return fail(Fault::usage, netdev + " is armed already");
  const Here now = here();
  auto lock = store_.lock(netdev, now.network_namespace, owner_line());
  if (!lock) return fail(lock);
  const int ifindex = host_.ifindex(netdev);
  auto left_behind = store_.load_readable();
  if (!left_behind) return fail(left_behind);
  if (const Error* unreadable = left_behind->unreadable_of(netdev, now.network_namespace))
    return std::unexpected(*unreadable);
  for (const auto& snapshot : left_behind->snapshots) {
    if (is_of(snapshot, netdev, ifindex, now))
      return fail(
          Fault::runtime,
          fmt::format("{} was not put back after an earlier study ({})", netdev, snapshot.created),
          "run `moderato restore` first");
  }
  auto settings = read(netdev, knobs);
  if (!settings) return fail(settings);
  auto others = told_of(host_.backends, netdev, *settings);
  if (!others) return fail(others);
  others->merge(values_of(read_knobs(host_.backends, netdev)));
  auto moving = moving_modes(*others);
  for (const auto& [id, value] : *settings)
    others->erase(id);
  const Device device = device_of(netdev);
  Snapshot snapshot{netdev,    device.mac, now.boot_id,        now.network_namespace,
                    *settings, utc_now(),  std::move(*others), std::move(moving)};
  snapshot.pci_address = device.pci_address;
  snapshot.ifindex = ifindex;
  if (auto saved = store_.save(snapshot); !saved) return fail(saved);
  listen();  // what happened before is not foreign to this netdev
  armed_.emplace(netdev, Armed{std::move(snapshot), std::move(*lock), *settings});
  return settings;
}

Result<Settings> Guard::write(const std::string& netdev, const Settings& settings) {
  const auto found = armed_.find(netdev);
  if (found == armed_.end())
    return fail(Fault::usage, fmt::format("{} is not armed, so nothing is written to it", netdev));
  for (const auto& [id, value] : settings) {
    if (!found->second.snapshot.settings.contains(id))
      return fail(Fault::usage,
                  fmt::format("{} of {} has no snapshot, so it is not written", id, netdev));
  }
  if (auto same = require_name(netdev, found->second.snapshot); !same) return fail(same);
  if (auto looked = look_behind(found->second.snapshot, settings); !looked) return fail(looked);
  listen();
  found->second.told.clear();  // it is history: what counts is what is written now
  auto effective = apply_settings(host_.backends, netdev, settings);
  if (!effective) return effective;
  found->second.last = *effective;
  return effective;
}

/// Before the first write that touches what a mode moves: the snapshot then gets what stands behind
/// the mode. A mode that is to stay on is on again afterwards, with its values.
Result<void> Guard::look_behind(Snapshot& snapshot, const Settings& about_to_write) {
  for (const auto& mode : modes_touched(snapshot, about_to_write)) {
    if (auto looked = moderato::look_behind(host_.backends, store_, snapshot, mode); !looked)
      return looked;
    const auto written = about_to_write.find(mode);
    if (written != about_to_write.end() && written->second == 0) continue;
    const Settings all = all_of(snapshot);
    Settings as_found = values_of_mode(mode, all);
    as_found[mode] = all.at(mode);
    auto back = apply_settings(host_.backends, snapshot.netdev, as_found);
    if (!back) return fail(back);
  }
  return {};
}

/// The kernel tells of all netdevs at once; those of unarmed ones are nobody's business.
void Guard::listen() {
  for (const auto& backend : host_.backends) {
    for (auto& change : backend->changes()) {
      const auto found = armed_.find(change.netdev);
      if (found != armed_.end()) found->second.told.push_back(std::move(change.now));
    }
  }
}

Result<std::vector<std::string>> Guard::foreign(const std::string& netdev) {
  const auto found = armed_.find(netdev);
  if (found == armed_.end()) return fail(Fault::usage, netdev + " is not armed");
  listen();
  const Settings& last = found->second.last;
  auto now = read(netdev, names_of(last));
  if (!now) return fail(now);
  const auto told = std::exchange(found->second.told, {});
  // Everything that the device says: a mode that the study does not set moves knobs, too.
  const Settings all = values_of(read_knobs(host_.backends, netdev));
  std::vector<std::string> notes;
  for (const auto& [id, value] : last) {
    if (moves_by_itself(id, all)) continue;
    if (const auto other = first_other(id, value, told, now->at(id)); other != value)
      notes.push_back(fmt::format("{} of {}: {} -> {}", id, netdev, value, other));
  }
  if (notes.empty() && !told.empty())
    notes.push_back(fmt::format("{} was set to {} by others", netdev, describe(told.front())));
  const std::string who = notes.empty() ? "" : suspects();
  if (!who.empty()) notes.push_back("running here and known to set interrupt moderation: " + who);
  return notes;
}

Result<void> Guard::put_back(Snapshot& snapshot) {
  Result<void> outcome;
  for (int attempt = 0; attempt < restore_attempts; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(host_.restore_pause);
    outcome = put_back_once(snapshot);
    if (outcome) return outcome;
  }
  return put_back_singly(snapshot) ? Result<void>() : outcome;
}

Result<void> Guard::put_back_once(Snapshot& snapshot) {
  const std::string& netdev = snapshot.netdev;
  auto now = told_of(host_.backends, netdev, all_of(snapshot));
  if (!now) return fail(now);
  for (const auto& mode : modes_in_hand(snapshot, *now)) {
    if (auto looked = moderato::look_behind(host_.backends, store_, snapshot, mode); !looked)
      return looked;
  }
  for (const Settings& step : steps_to(to_put_back(snapshot, *now))) {
    auto effective = apply_settings(host_.backends, netdev, step);
    if (!effective) return fail(effective);
    if (const auto different = differences(step, *effective); !different.empty())
      return fail(Fault::runtime,
                  fmt::format("{} does not take its own settings back: {}", netdev, different),
                  "reload its driver, or set the values with ethtool -C");
  }
  return {};
}

/// Together they are refused: what can be put back alone shall be. Whether it was all.
bool Guard::put_back_singly(const Snapshot& snapshot) {
  auto now = told_of(host_.backends, snapshot.netdev, all_of(snapshot));
  if (!now) return false;
  const Settings wanted = to_put_back(with_what_stood_behind(snapshot), *now);
  for (const Settings& step : steps_to(wanted)) {
    for (const auto& [id, value] : step)
      put_back_alone(host_.backends, snapshot.netdev, id, value);
  }
  now = read(snapshot.netdev, names_of(wanted));
  return now && differences(wanted, effective_values(wanted, *now)).empty();
}

Result<void> Guard::restore() {
  Result<void> outcome;
  for (auto& [netdev, armed] : armed_) {
    auto put = follow(armed.snapshot);
    if (put) put = put_back(armed.snapshot);
    if (put) armed.last = armed.snapshot.settings;
    if (!put && outcome) outcome = put;
  }
  return outcome;
}

Result<void> Guard::release() {
  Result<void> outcome;
  for (auto armed = armed_.begin(); armed != armed_.end();) {
    auto done = follow(armed->second.snapshot);
    if (done) done = put_back(armed->second.snapshot);
    if (done) done = store_.forget(armed->second.snapshot);
    if (!done && outcome) outcome = done;
    armed = done ? armed_.erase(armed) : std::next(armed);
  }
  return outcome;
}

Result<void> Guard::keep() {
  for (const auto& [netdev, armed] : armed_) {
    if (auto forgotten = store_.forget(armed.snapshot); !forgotten) return forgotten;
  }
  armed_.clear();
  return {};
}

}  // namespace moderato
