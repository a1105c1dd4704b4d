// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace moderato {

/// One setting with which programs are started.
struct LaunchSetting {
  enum class Kind { environment, mca };
  Kind kind = Kind::environment;
  std::string name;                               ///< "MV2_SRQ_LIMIT", "btl_openib_receive_queues"
  std::string value;                              ///< any text: whoever writes it quotes it
  std::map<std::string, std::string> knobs = {};  ///< whose values it carries, with these
};

/// A knob that an MPI flavour does not take.
struct UnreachedKnob {
  std::string knob, value;
  std::string reason;
};

/// How the knobs of processes reach an MPI flavour.
struct LaunchAdvice {
  std::string flavour, description;
  std::vector<LaunchSetting> settings;       ///< that carry a knob
  std::vector<LaunchSetting> belonging;      ///< without which those do not act as measured
  std::vector<LaunchSetting> measured_with;  ///< all others that the flavour sets
  std::vector<UnreachedKnob> unreached;
};

}  // namespace moderato
