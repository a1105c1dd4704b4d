// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/device.hpp"
#include "core/knob.hpp"
#include "core/result.hpp"

namespace moderato {

/// A change of a device's settings that the kernel told us of, not made through this backend.
struct Change {
  std::string netdev;
  Settings now;  ///< what the notification carried
};

struct NetdevSettings {
  std::string netdev;
  Settings settings;
};

/// The way to one group of knobs of the devices of this host, at the level of a driver: one call,
/// one request. Real: ethtool netlink, NAPI sysfs. Tests inject a stateful fake.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual bool handles(std::string_view knob) const = 0;
  /// Every knob that this backend handles, in the catalogue's order.
  virtual Result<std::vector<KnobState>> read(const std::string& netdev) = 0;
  /// Sends exactly `settings`, in one request. The error carries the kernel's extended-ack text.
  virtual Result<void> write(const std::string& netdev, const Settings& settings) = 0;
  /// Foreign changes since the last call. Own writes are not among them.
  virtual std::vector<Change> changes() = 0;

  /// The values of each of `netdevs`, in their order and in as few requests as the kernel allows.
  /// What cannot be read is left out; read() says why.
  virtual std::vector<Settings> read_many(const std::vector<std::string>& netdevs);
  /// write() to each netdev, likewise. The answer: whether it took it.
  virtual std::vector<bool> write_many(const std::vector<NetdevSettings>& wanted);
};

using Backends = std::vector<std::unique_ptr<Backend>>;

/// Whether a backend listens for changes by others, of which changes() then tells. Who does not ask
/// spares the kernel a message for each write.
enum class Watch { yes, no };

/// ETHTOOL_MSG_COALESCE_{GET,SET,NTF} over generic netlink. Each read costs microseconds.
Result<std::unique_ptr<Backend>> ethtool_backend(Watch watch = Watch::yes);
/// napi_defer_hard_irqs and gro_flush_timeout under `sysfs_net` ("/sys/class/net").
std::unique_ptr<Backend> napi_backend(std::string sysfs_net = "/sys/class/net");

/// The backends of a real host. ethtool netlink missing (kernel before 5.6) is not an error: its
/// knobs are then unsupported, with that reason.
Backends real_backends(Watch watch = Watch::yes);

/// Every knob of the catalogue with its value or why it has none.
std::vector<KnobState> read_knobs(const Backends& backends, const std::string& netdev);

/// The values of `knobs` now. A knob without a value is an error that names it and the reason.
Result<Settings> read_settings(const Backends& backends, const std::string& netdev,
                               const std::vector<std::string>& knobs);

/// Makes `wanted` so and returns what the device says afterwards (effective values). Only knobs
/// that differ are written: mode bits first, then values, then everything is read back. While a
/// direction is adaptive its usecs and frames cannot be read back reliably and count as `wanted`.
/// A driver that refuses values while adaptive is on gets them with adaptive off, then the mode.
/// Values that a change of modes reset unasked are put back as far as the driver takes them.
/// On error some knobs may have been written; the caller restores.
Result<Settings> apply_settings(const Backends& backends, const std::string& netdev,
                                const Settings& wanted);

}  // namespace moderato
