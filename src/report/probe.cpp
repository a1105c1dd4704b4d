// SPDX-License-Identifier: Apache-2.0
#include "report/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/printing.hpp"
#include "report/irq_words.hpp"
#include "report/table.hpp"

namespace moderato {
namespace {

using Lines = std::vector<std::string>;

/// The parts that say something, with commas. Firmware and foreign hosts may write what they like:
/// nothing of it may steer the terminal.
std::string listed(Lines parts) {
  std::erase(parts, "");
  return printable(fmt::format("{}", fmt::join(parts, ", ")));
}

std::string with_label(const std::string& label, const std::string& text) {
  return text.empty() ? std::string() : label + text;
}

/// "  label   first line", the others below it.
std::string field(const std::string& label, const Lines& lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i)
    text += fmt::format("  {:<13}{}\n", i == 0 ? label : "", lines[i]);
  return text;
}

std::string field(const std::string& label, const std::string& line) {
  return line.empty() ? std::string() : field(label, Lines{line});
}

std::string kind_words(const Device& device) {
  std::string words(name_of(device.kind));
  words += with_label(" of ", device.pf);
  if (device.vf_count > 0)
    words += fmt::format(" with {} VF{}", device.vf_count, device.vf_count == 1 ? "" : "s");
  return printable(words);
}

std::string speed_words(std::optional<std::int64_t> mbps) {
  if (!mbps) return {};
  return *mbps % 1000 == 0 ? fmt::format("{} Gb/s", *mbps / 1000) : fmt::format("{} Mb/s", *mbps);
}

std::string driver_words(const Device& device) {
  return listed({device.driver + with_label(" ", device.driver_version),
                 with_label("firmware ", device.firmware)});
}

std::string pci_words(const Device& device) {
  const std::string node =
      device.numa_node ? fmt::format("NUMA node {}", *device.numa_node) : std::string();
  return listed({device.pci_address, device.pci_id, node});
}

std::string link_words(const Device& device) {
  return listed({device.link_up ? "up" : "down", speed_words(device.speed_mbps),
                 fmt::format("MTU {}", device.mtu), device.mac});
}

std::string value_words(std::int64_t value, const std::string& unit) {
  if (unit == name_of(Unit::boolean)) return value == 0 ? "off" : "on";
  return fmt::format("{}{}", value, with_label(" ", printable(unit)));
}

std::size_t widest_knob(const Device& device, const ProbeStyle& style) {
  std::size_t width = 0;
  for (const KnobState& state : device.knobs)
    if (style.all || state.supported()) width = std::max(width, state.knob.size());
  return width;
}

Lines knob_lines(const Device& device, const ProbeStyle& style) {
  const std::size_t width = widest_knob(device, style);
  Lines lines;
  for (const KnobState& state : device.knobs) {
    const auto unit = style.units.find(state.knob);
    if (state.value)
      lines.push_back(
          fmt::format("{:<{}}  {}", printable(state.knob), width,
                      value_words(*state.value, unit == style.units.end() ? "" : unit->second)));
    else if (style.all)
      lines.push_back(toned(fmt::format("{:<{}}  unsupported: {}", printable(state.knob), width,
                                        printable(state.why_not)),
                            Tone::faint, style.colour));
  }
  if (lines.empty() && !device.knobs.empty()) lines.emplace_back("none");
  return lines;
}

/// A line for each reason, in the order of the knobs.
Lines unsupported_lines(const Device& device, const ProbeStyle& style) {
  std::vector<std::pair<std::string, Lines>> reasons;
  for (const KnobState& state : device.knobs) {
    if (state.supported()) continue;
    auto known = std::ranges::find(reasons, state.why_not, [](const auto& r) { return r.first; });
    if (known == reasons.end()) known = reasons.insert(known, {state.why_not, {}});
    known->second.push_back(state.knob);
  }
  Lines lines;
  for (const auto& [reason, knobs] : reasons)
    lines.push_back(toned(printable(fmt::format("{}: {}", reason, fmt::join(knobs, " "))),
                          Tone::faint, style.colour));
  return lines;
}

std::string device_block(const Device& device, const ProbeStyle& style) {
  std::string text = fmt::format("{}: {}\n", printable(device.netdev), kind_words(device));
  text += field("driver", driver_words(device));
  text += field("PCI", pci_words(device));
  text += field(
      "link", toned(link_words(device), device.link_up ? Tone::plain : Tone::faint, style.colour));
  text += field("RDMA", listed(device.rdma));
  text += field("management", listed({device.management}));
  Lines irqs = style.all ? every_irq(device.irqs) : irq_lines(device.irqs);
  std::ranges::transform(irqs, irqs.begin(), printable);
  text += field("IRQs", irqs);
  text += field("knobs", knob_lines(device, style));
  if (!style.all) text += field("unsupported", unsupported_lines(device, style));
  return text;
}

std::string rdma_block(const RdmaDevice& device) {
  std::string text = fmt::format("{}: RDMA device\n", printable(device.name));
  text += field("driver", listed({device.driver, with_label("firmware ", device.firmware)}));
  text += field("PCI", listed({device.pci_address}));
  text += field("port 1", listed({device.link_layer, device.state}));
  text += field("netdevs", listed(device.netdevs));
  return text;
}

}  // namespace

std::string render_probe(const HostReport& report, const ProbeStyle& style) {
  std::string text =
      fmt::format("{}\n", listed({report.host, with_label("kernel ", report.kernel)}));
  for (const Device& device : report.devices)
    text += "\n" + device_block(device, style);
  for (const RdmaDevice& device : report.rdma)
    text += "\n" + rdma_block(device);
  if (report.devices.empty()) text += "\nno netdevs\n";
  return text;
}

}  // namespace moderato
