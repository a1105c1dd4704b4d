// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "knobs/backend.hpp"
#include "knobs/catalogue.hpp"
#include "knobs/plan.hpp"

namespace moderato {
namespace {

constexpr std::string_view no_backend = "this program has no way to it on this host";

Backend* backend_of(const Backends& backends, std::string_view knob) {
  const auto found =
      std::ranges::find_if(backends, [&](const auto& backend) { return backend->handles(knob); });
  return found == backends.end() ? nullptr : found->get();
}

/// One netdev of a host, through the backends of the knobs that somebody asks for.
class DeviceKnobs {
 public:
  DeviceKnobs(const Backends& backends, const std::string& netdev)
      : backends_(backends), netdev_(netdev) {}

  /// Everything that the backends of `knobs` tell. A knob of `knobs` without a value is an error.
  template <typename Knobs>
  Result<Settings> read(const Knobs& knobs) const {
    std::vector<KnobState> states;
    for (const auto& backend : backends_) {
      if (!std::ranges::any_of(knobs, [&](const auto& id) { return backend->handles(id); }))
        continue;
      auto told = backend->read(netdev_);
      if (!told) return fail(told);
      states.insert(states.end(), told->begin(), told->end());
    }
    for (const auto& id : knobs) {
      if (auto has = require_value(states, id); !has) return fail(has);
    }
    Settings now;
    for (const KnobState& state : states) {
      if (state.value) now.emplace(state.knob, *state.value);
    }
    return now;
  }

  /// Each backend gets its share of `settings`, in one request.
  Result<void> write(const Settings& settings) {
    for (const auto& [id, value] : settings) {
      switched_a_mode_ = switched_a_mode_ || is_mode(id);
    }
    for (const auto& backend : backends_) {
      Settings share;
      for (const auto& [id, value] : settings) {
        if (backend_of(backends_, id) == backend.get()) share[id] = value;
      }
      if (share.empty()) continue;
      if (auto done = backend->write(netdev_, share); !done) return done;
    }
    return {};
  }

  bool switched_a_mode() const { return switched_a_mode_; }

 private:
  Result<void> require_value(const std::vector<KnobState>& states, const std::string& id) const {
    const auto found = std::ranges::find(states, id, &KnobState::knob);
    if (found != states.end() && found->value) return {};
    const std::string why(found == states.end() ? no_backend : found->why_not);
    return fail(
        Fault::unsupported, fmt::format("{} of {} has no value: {}", id, netdev_, why),
        fmt::format("leave it out; `moderato probe {}` tells what the device has", netdev_));
  }

  const Backends& backends_;
  const std::string& netdev_;
  bool switched_a_mode_ = false;
};

std::vector<std::string> names_of(const Settings& settings) {
  std::vector<std::string> names;
  for (const auto& [id, value] : settings)
    names.push_back(id);
  return names;
}

Settings switched_off(Settings modes) {
  for (auto& [id, value] : modes)
    value = 0;
  return modes;
}

/// Values of a direction that is adaptive, for drivers that refuse them then. The modes come back
/// whatever happens: nobody else may have a snapshot of them.
Result<void> write_with_modes_off(DeviceKnobs& device, const Settings& wanted,
                                  const Settings& modes) {
  auto done = device.write(switched_off(modes));
  if (!done) return done;
  auto now = device.read(names_of(wanted));  // switching may have reset values
  done = now ? device.write(plan_writes(wanted, *now).values) : Result<void>(fail(now));
  auto back = device.write(modes);
  return done ? back : done;
}

Result<void> write_values(DeviceKnobs& device, const Settings& wanted, const Settings& now) {
  const Settings values = plan_writes(wanted, now).values;
  auto done = device.write(values);
  if (done) return done;
  const Settings modes = modes_in_the_way(values, now);
  if (modes.empty()) return done;
  return write_with_modes_off(device, wanted, modes);
}

/// Where the kernel has no ethtool netlink: tells so, of every knob.
class MissingEthtool : public Backend {
 public:
  explicit MissingEthtool(Error why) : why_(std::move(why)) {}

  bool handles(std::string_view knob) const override {
    const Knob* found = find_knob(knob);
    return found != nullptr && found->access == Access::ethtool;
  }
  Result<std::vector<KnobState>> read(const std::string&) override {
    std::vector<KnobState> states;
    for (const Knob& knob : catalogue()) {
      if (handles(knob.id)) states.push_back({std::string(knob.id), {}, why_.message});
    }
    return states;
  }
  Result<void> write(const std::string& netdev, const Settings&) override {
    return fail(Fault::unsupported, netdev + ": " + why_.message, why_.remedy);
  }
  std::vector<Change> changes() override { return {}; }

 private:
  Error why_;
};

}  // namespace

std::vector<Settings> Backend::read_many(const std::vector<std::string>& netdevs) {
  std::vector<Settings> found;
  for (const auto& netdev : netdevs) {
    auto states = read(netdev);
    found.push_back(states ? values_of(*states) : Settings{});
  }
  return found;
}

std::vector<bool> Backend::write_many(const std::vector<NetdevSettings>& wanted) {
  std::vector<bool> taken;
  for (const auto& [netdev, settings] : wanted)
    taken.push_back(write(netdev, settings).has_value());
  return taken;
}

Backends real_backends(Watch watch) {
  Backends backends;
  auto ethtool = ethtool_backend(watch);
  backends.push_back(ethtool ? std::move(*ethtool)
                             : std::make_unique<MissingEthtool>(ethtool.error()));
  backends.push_back(napi_backend());
  return backends;
}

std::vector<KnobState> read_knobs(const Backends& backends, const std::string& netdev) {
  std::map<std::string, KnobState> told;
  for (const auto& backend : backends) {
    auto states = backend->read(netdev);
    for (const Knob& knob : catalogue()) {
      const std::string id(knob.id);
      if (!states && backend->handles(id))
        told.try_emplace(id, id, std::nullopt, describe(states.error()));
    }
    for (const KnobState& state : states.value_or(std::vector<KnobState>{}))
      told.try_emplace(state.knob, state);
  }
  std::vector<KnobState> all;
  for (const Knob& knob : catalogue()) {
    const auto found = told.find(std::string(knob.id));
    all.push_back(found != told.end()
                      ? found->second
                      : KnobState{std::string(knob.id), {}, std::string(no_backend)});
  }
  return all;
}

Result<Settings> read_settings(const Backends& backends, const std::string& netdev,
                               const std::vector<std::string>& knobs) {
  auto now = DeviceKnobs(backends, netdev).read(knobs);
  if (!now) return now;
  Settings asked;
  for (const auto& id : knobs)
    asked[id] = now->at(id);
  return asked;
}

Result<Settings> apply_settings(const Backends& backends, const std::string& netdev,
                                const Settings& wanted) {
  DeviceKnobs device(backends, netdev);
  const auto knobs = names_of(wanted);
  const auto before = device.read(knobs);
  if (!before) return before;
  auto now = before;
  if (const auto modes = plan_writes(wanted, *now).modes; !modes.empty()) {
    if (auto done = device.write(modes); !done) return fail(done);
    now = device.read(knobs);  // a mode may have reset values
    if (!now) return now;
  }
  if (auto done = write_values(device, wanted, *now); !done) return fail(done);
  now = device.read(knobs);
  if (!now) return now;
  if (device.switched_a_mode()) {
    // A driver that does not take them back has still done what was asked of it.
    (void)device.write(moved_unasked(wanted, *before, *now));
    now = device.read(knobs);
    if (!now) return now;
  }
  return effective_values(wanted, *now);
}

}  // namespace moderato
