// SPDX-License-Identifier: Apache-2.0
#include "core/device.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/document.hpp"

namespace moderato {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "moderato-probe/1";
constexpr std::array<std::string_view, 3> kind_names{"pf", "vf", "virtual"};

void put(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

void put(Json& json, const char* key, const std::vector<std::string>& texts) {
  if (!texts.empty()) json[key] = texts;
}

template <typename Number>
void put(Json& json, const char* key, const std::optional<Number>& number) {
  if (number) json[key] = *number;
}

Json encode(const Irq& irq) {
  Json json{{"number", irq.number}};
  put(json, "name", irq.name);
  put(json, "affinity", irq.affinity);
  put(json, "effective_affinity", irq.effective_affinity);
  return json;
}

Json encode(const KnobState& state) {
  Json json{{"knob", state.knob}};
  put(json, "value", state.value);
  if (!state.value) json["why_not"] = state.why_not;
  return json;
}

Json encode(const Device& device) {
  Json json{{"netdev", device.netdev}};
  put(json, "driver", device.driver);
  put(json, "driver_version", device.driver_version);
  put(json, "firmware", device.firmware);
  put(json, "pci_address", device.pci_address);
  put(json, "pci_id", device.pci_id);
  json["kind"] = name_of(device.kind);
  put(json, "pf", device.pf);
  json["vf_count"] = device.vf_count;
  put(json, "numa_node", device.numa_node);
  json["link_up"] = device.link_up;
  put(json, "speed_mbps", device.speed_mbps);
  json["mtu"] = device.mtu;
  put(json, "mac", device.mac);
  put(json, "rdma", device.rdma);
  put(json, "management", device.management);
  json["irqs"] = Json::array();
  for (const Irq& irq : device.irqs)
    json["irqs"].push_back(encode(irq));
  json["knobs"] = Json::array();
  for (const KnobState& state : device.knobs)
    json["knobs"].push_back(encode(state));
  return json;
}

Json encode(const RdmaDevice& device) {
  Json json{{"name", device.name}};
  put(json, "driver", device.driver);
  put(json, "firmware", device.firmware);
  put(json, "pci_address", device.pci_address);
  put(json, "link_layer", device.link_layer);
  put(json, "state", device.state);
  put(json, "netdevs", device.netdevs);
  return json;
}

int small(const Node& node, const std::string& key, std::optional<std::int64_t> fallback = {}) {
  return static_cast<int>(node.integer(key, {0, INT32_MAX}, fallback));
}

Irq decode_irq(const Node& node) {
  return {.number = small(node, "number"),
          .name = node.text("name", ""),
          .affinity = node.text("affinity", ""),
          .effective_affinity = node.text("effective_affinity", "")};
}

KnobState decode_knob(const Node& node) {
  KnobState state{node.text("knob"), {}, node.text("why_not", "")};
  if (node.has("value")) state.value = node.integer("value", {});
  if (state.value.has_value() == node.has("why_not"))
    node.fault("a knob has either a value or a reason why not", "keep one of value and why_not");
  return state;
}

DeviceKind decode_kind(const Node& node) {
  const std::vector<std::string> names(kind_names.begin(), kind_names.end());
  return device_kind(node.choice("kind", names)).value_or(DeviceKind::virtual_device);
}

Device decode_device(const Node& node) {
  Device device;
  device.netdev = node.text("netdev");
  device.driver = node.text("driver", "");
  device.driver_version = node.text("driver_version", "");
  device.firmware = node.text("firmware", "");
  device.pci_address = node.text("pci_address", "");
  device.pci_id = node.text("pci_id", "");
  device.kind = decode_kind(node);
  device.pf = node.text("pf", "");
  device.vf_count = small(node, "vf_count", 0);
  if (node.has("numa_node")) device.numa_node = small(node, "numa_node");
  device.link_up = node.boolean("link_up");
  if (node.has("speed_mbps")) device.speed_mbps = node.integer("speed_mbps", {0, INT64_MAX});
  device.mtu = small(node, "mtu");
  device.mac = node.text("mac", "");
  device.rdma = node.texts("rdma", std::vector<std::string>{});
  device.management = node.text("management", "");
  for (const Node& irq : node.array("irqs", true))
    device.irqs.push_back(decode_irq(irq));
  for (const Node& knob : node.array("knobs"))
    device.knobs.push_back(decode_knob(knob));
  return device;
}

RdmaDevice decode_rdma(const Node& node) {
  return {.name = node.text("name"),
          .driver = node.text("driver", ""),
          .firmware = node.text("firmware", ""),
          .pci_address = node.text("pci_address", ""),
          .link_layer = node.text("link_layer", ""),
          .state = node.text("state", ""),
          .netdevs = node.texts("netdevs", std::vector<std::string>{})};
}

}  // namespace

std::string_view name_of(DeviceKind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

std::optional<DeviceKind> device_kind(std::string_view name) {
  const auto* found = std::ranges::find(kind_names, name);
  if (found == kind_names.end()) return std::nullopt;
  return static_cast<DeviceKind>(found - kind_names.begin());
}

std::string to_json(const HostReport& report, Layout layout) {
  Json json{{"schema", schema}, {"host", report.host}, {"kernel", report.kernel}};
  json["devices"] = Json::array();
  for (const Device& device : report.devices)
    json["devices"].push_back(encode(device));
  json["rdma"] = Json::array();
  for (const RdmaDevice& device : report.rdma)
    json["rdma"].push_back(encode(device));
  // Firmware texts come from devices, and need not be UTF-8.
  return json.dump(layout == Layout::indented ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

Result<HostReport> host_report_from_json(const std::string& text, const std::string& source) {
  auto document = Document::parse(text, source, schema);
  if (!document) return fail(document);
  const Node root = document->root();
  HostReport report{.host = root.text("host"), .kernel = root.text("kernel", "")};
  for (const Node& device : root.array("devices"))
    report.devices.push_back(decode_device(device));
  for (const Node& device : root.array("rdma", true))
    report.rdma.push_back(decode_rdma(device));
  if (auto done = document->finish(); !done) return fail(done);
  return report;
}

}  // namespace moderato
