// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/device.hpp"
#include "core/knob.hpp"
#include "core/result.hpp"

namespace moderato {

// A host of pretended NICs, as it stands in a file. The file is the device: an agent, its successor
// after kill -9, a workload and the test see the same settings. All of it is plain data, so that a
// test says what it wants with designated initializers, and a case on the command line with JSON.

/// Values of one knob that the driver does not take, with its extended-ack text.
struct Refusal {
  std::string knob;
  std::int64_t from = 0, to = 0;  ///< inclusive
  std::string text;
};

/// Values that the driver does not take together.
struct Combination {
  Settings settings;
  std::string text;
};

/// Another program that sets the device: tuned, NetworkManager, an administrator.
struct ForeignWriter {
  enum class When { after_write, before_read };
  When when = When::after_write;
  int nth = 1;  ///< once, after this write; `before_read`: from this read on, each time
  Settings settings;
  bool tells = true;  ///< ETHTOOL_MSG_COALESCE_NTF comes; ioctls of old kernels and sysfs send none
};

/// How the driver misbehaves; each of these was seen in a real one. Empty: it is obedient.
struct Character {
  /// mlx5 takes up to 4095 us and says ERANGE, iavf and IPoIB say EINVAL, igbvf has gaps.
  std::vector<Refusal> rejects;
  /// Down to a multiple: iavf and i40e in steps of 2 us, ixgbe of 4.
  std::map<std::string, std::int64_t> rounds;
  /// Into a range, silently: tun.
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> clamps;
  /// Accepted without effect, and the old value is shown: kernels before 5.7, 4 of 11 drivers.
  std::vector<std::string> ignores;
  /// What was written is shown, but true is what `rounds` and `clamps` make of it (ice: odd
  /// values), or the old value where neither names the knob (IPoIB swallows ENOSYS, and echoes).
  std::vector<std::string> lies;
  /// The value that it starts with is refused: mlx4's sample-interval is 0, and "must not be zero".
  std::vector<std::string> refuses_its_default;
  /// usecs = 0 with frames = 0 is illegal; low <= high.
  std::vector<Combination> refuses_together;
  /// A change of a mode puts these values in place: mlx5 resets usecs and frames with adaptive-rx.
  std::map<std::string, Settings> mode_resets;
  /// What a read shows while the direction is adaptive: mlx5 tells DIM's rung of the moment.
  Settings shows_while_adaptive;
  std::int64_t rung_step = 0;  ///< and DIM moves: every read shows so much more, up to three times
  /// Other values of a direction are refused while it is adaptive: ice, iavf.
  bool refuses_while_adaptive = false;
  std::optional<ForeignWriter> foreign_writer;
  std::optional<int> fails_after;  ///< from then on every write is EIO: firmware that hangs
  std::optional<int> fails_until;  ///< and works again after this many: it was only busy
  std::optional<int> gone_after;   ///< the netdev vanishes instead: hot-unplug, VF re-creation
  int slow_ms = 0;                 ///< a write: mlx5 re-opens its channels
};

/// One request as it came.
struct JournalEntry {
  Settings settings;
  std::string refused;   ///< why, "" if taken
  bool changed = false;  ///< the device showed another value afterwards
};

/// One ETHTOOL_MSG_COALESCE_NTF, kept for whoever asks later.
struct Notification {
  int writer = 0;  ///< number of the backend that wrote, 0: somebody else
  Settings now;
};

struct FakeDevice {
  Device facts;  ///< without knobs: those are `settings`
  Settings settings;
  Settings truth;    ///< of knobs whose true value is not the one in `settings`
  Settings initial;  ///< what it started with
  Character character;
  bool gone = false;
  int ifindex = 0;  ///< 0: its host does not say
  /// That somebody else sends between two looks at its counters.
  std::int64_t packets_a_look = 0;
  int reads = 0;
  std::vector<JournalEntry> journal;
  std::vector<Notification> notifications;
};

struct FakeHost {
  std::string host = "fake";
  std::string kernel = "6.1.0";
  std::vector<FakeDevice> devices;
  int writers = 0;  ///< backends that were opened so far, each has a number
};

/// A device with the habits of mlx5 in a good mood; tests change what they care about.
FakeDevice fake_device(const std::string& netdev, Settings settings);

/// What is really in force.
Settings true_settings(const FakeDevice& device);

/// nullptr: no such device, or it is gone.
FakeDevice* find_device(FakeHost& host, const std::string& netdev);

/// Schema "moderato-fake-nic/1", fields named as the members; a typo is a fault, or a test would
/// pass for the wrong reason.
std::string to_json(const FakeHost& host);
Result<FakeHost> fake_host_from_json(const std::string& text, const std::string& source);

}  // namespace moderato
