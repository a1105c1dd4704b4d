// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "knobs/backend.hpp"
#include "knobs/catalogue.hpp"

namespace moderato {

/// A device with the habits that matter to the order of writes. It outlives its backend, so that a
/// test can look at it afterwards.
struct SmallDriver {
  Settings values;
  bool refuses_values_while_adaptive = false;     ///< iavf, ice
  std::optional<Settings> reset_by_mode;          ///< what a change of a mode puts in place
  std::optional<std::int64_t> adaptive_rx_usecs;  ///< what rx-usecs shows while adaptive
  std::int64_t largest = INT64_MAX;               ///< clamped silently, as tun does
  std::optional<Error> refuses;                   ///< every write
  std::optional<Error> unreadable;
  std::vector<Settings> writes;  ///< as they came, refused ones too
};

/// The backend of one group of knobs over a SmallDriver.
class SmallBackend : public Backend {
 public:
  SmallBackend(SmallDriver& driver, Access access) : driver_(driver), access_(access) {}

  bool handles(std::string_view knob) const override {
    const Knob* found = find_knob(knob);
    return found != nullptr && found->access == access_;
  }

  Result<std::vector<KnobState>> read(const std::string&) override {
    if (driver_.unreadable) return std::unexpected(*driver_.unreadable);
    std::vector<KnobState> states;
    for (const Knob& knob : catalogue()) {
      if (knob.access == access_) states.push_back(state_of(std::string(knob.id)));
    }
    return states;
  }

  Result<void> write(const std::string&, const Settings& settings) override {
    driver_.writes.push_back(settings);
    if (driver_.refuses) return std::unexpected(*driver_.refuses);
    if (driver_.refuses_values_while_adaptive && adaptive() && settings.contains("rx-usecs"))
      return fail(Fault::runtime, "rx-usecs cannot be changed while adaptive-rx is on");
    for (const auto& [id, value] : settings) {
      const bool mode_changes = find_knob(id)->is_mode && driver_.values[id] != value;
      driver_.values[id] = std::min(value, driver_.largest);
      if (mode_changes && driver_.reset_by_mode) reset();
    }
    return {};
  }

  std::vector<Change> changes() override { return {}; }

 private:
  bool adaptive() const {
    const auto mode = driver_.values.find("adaptive-rx");
    return mode != driver_.values.end() && mode->second != 0;
  }

  void reset() {
    for (const auto& [id, value] : *driver_.reset_by_mode)
      driver_.values[id] = value;
  }

  KnobState state_of(const std::string& id) const {
    const auto found = driver_.values.find(id);
    if (found == driver_.values.end()) return {id, {}, "the driver does not report it"};
    if (id == "rx-usecs" && adaptive() && driver_.adaptive_rx_usecs)
      return {id, driver_.adaptive_rx_usecs, {}};
    return {id, found->second, {}};
  }

  SmallDriver& driver_;
  Access access_;
};

inline Backends backends_of(SmallDriver& driver) {
  Backends backends;
  backends.push_back(std::make_unique<SmallBackend>(driver, Access::ethtool));
  return backends;
}

}  // namespace moderato
