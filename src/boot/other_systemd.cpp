// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "boot/other_files.hpp"

namespace moderato {
namespace {

/// systemd.link(5), section [Link].
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> knob_of_key{{
    {"RxCoalesceSec", "rx-usecs"},
    {"RxCoalesceIrqSec", "rx-usecs-irq"},
    {"RxCoalesceLowSec", "rx-usecs-low"},
    {"RxCoalesceHighSec", "rx-usecs-high"},
    {"TxCoalesceSec", "tx-usecs"},
    {"TxCoalesceIrqSec", "tx-usecs-irq"},
    {"TxCoalesceLowSec", "tx-usecs-low"},
    {"TxCoalesceHighSec", "tx-usecs-high"},
    {"RxMaxCoalescedFrames", "rx-frames"},
    {"RxMaxCoalescedIrqFrames", "rx-frames-irq"},
    {"RxMaxCoalescedLowFrames", "rx-frames-low"},
    {"RxMaxCoalescedHighFrames", "rx-frames-high"},
    {"TxMaxCoalescedFrames", "tx-frames"},
    {"TxMaxCoalescedIrqFrames", "tx-frames-irq"},
    {"TxMaxCoalescedLowFrames", "tx-frames-low"},
    {"TxMaxCoalescedHighFrames", "tx-frames-high"},
    {"CoalescePacketRateLow", "pkt-rate-low"},
    {"CoalescePacketRateHigh", "pkt-rate-high"},
    {"CoalescePacketRateSampleIntervalSec", "sample-interval"},
    {"StatisticsBlockCoalesceSec", "stats-block-usecs"},
    {"UseAdaptiveRxCoalesce", "adaptive-rx"},
    {"UseAdaptiveTxCoalesce", "adaptive-tx"},
}};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

enum class Fit { no, perhaps, yes };

/// Conditions that the host's facts decide; the others could be known to udev alone.
Fit fit_of(const Device& device, const std::vector<IniEntry>& file) {
  Fit fit = Fit::no;
  for (const auto& [section, key, value] : file) {
    if (section != "Match") continue;
    const bool by_name = key == "OriginalName";
    const bool by_mac = key == "MACAddress" || key == "PermanentMACAddress";
    if ((key == "Driver" && !matches_any(value, device.driver)) ||
        (by_name && !matches_any(value, device.netdev)) ||
        (by_mac && !matches_any(lower(value), lower(device.mac))))
      return Fit::no;
    const bool decided = key == "Driver" || by_name || by_mac;
    fit = fit == Fit::perhaps || !decided ? Fit::perhaps : Fit::yes;
  }
  return fit;
}

}  // namespace

/// The first file that matches is the one that counts, and no other.
std::vector<OtherWriter> systemd_writers(const Device& device, const Root& root) {
  std::vector<OtherWriter> writers;
  for (const auto& file :
       files_in(root,
                {"etc/systemd/network", "run/systemd/network", "usr/local/lib/systemd/network",
                 "usr/lib/systemd/network", "lib/systemd/network"},
                ".link")) {
    const auto entries = read_ini(file);
    const Fit fit = fit_of(device, entries);
    if (fit == Fit::no) continue;
    for (const IniEntry& entry : entries) {
      const auto* const known =
          std::ranges::find(knob_of_key, entry.key, &decltype(knob_of_key)::value_type::first);
      if (entry.section == "Link" && known != knob_of_key.end())
        writers.push_back({"systemd", without_root(file, root), std::string(known->second),
                           entry.value, fit == Fit::yes});
    }
    if (fit == Fit::yes) break;
  }
  return writers;
}

}  // namespace moderato
