// SPDX-License-Identifier: Apache-2.0
#include "agent/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "core/document.hpp"
#include "knobs/catalogue.hpp"

namespace moderato {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 13> operation_names{
    "hello",   "probe", "read",    "arm",     "write",   "foreign", "restore",
    "release", "keep",  "pending", "recover", "traffic", "beat"};
constexpr std::size_t max_owner = 2048;
constexpr std::array<std::string_view, 4> fault_names{"usage", "document", "runtime",
                                                      "unsupported"};

template <std::size_t n>
std::vector<std::string> list(const std::array<std::string_view, n>& names) {
  return {names.begin(), names.end()};
}

template <typename Enum, std::size_t n>
Enum from_name(const std::array<std::string_view, n>& names, std::string_view name) {
  for (std::size_t i = 0; i < n; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return Enum{};
}

void check_knob(const Node& node, const std::string& id) {
  if (find_knob(id) == nullptr)
    node.fault(fmt::format("unknown knob '{}'", id), "`moderato probe --all` lists the knobs");
}

void check_value(const Node& node, const std::string& id, std::int64_t value) {
  const Knob* knob = find_knob(id);
  if (knob != nullptr && (value < knob->min || value > knob->max))
    node.fault(fmt::format("{} = {} is outside {} to {}", id, value, knob->min, knob->max), "");
}

/// Nothing where it may be missing.
std::string read_device(const Node& node, const std::string& key) {
  const std::string name = node.text(key, "");
  if (!name.empty() && !is_device_name(name))
    node.fault(fmt::format("'{}' is no name of a device", name), "", key);
  return name;
}

/// Others read it on their terminals and in their journals.
std::string read_owner(const Node& node) {
  std::string owner = node.text("owner", "");
  const auto strange = [](unsigned char byte) { return byte < ' ' || byte == 127; };
  if (owner.size() > max_owner || std::ranges::any_of(owner, strange))
    node.fault("no name of an owner",
               fmt::format("one line of at most {} bytes, please", max_owner), "owner");
  return owner;
}

/// A count that may be absent.
std::optional<std::int64_t> read_count(const Node& node, const std::string& key) {
  if (!node.has(key)) return std::nullopt;
  return node.integer(key, {0, INT64_MAX});
}

Traffic read_traffic(const Node& root) {
  const Node node = root.object("traffic", true);
  return {read_count(node, "netdev_packets"), read_count(node, "rdma_packets"),
          read_count(node, "netdev_received")};
}

json to_json(const Traffic& traffic) {
  json object = json::object();
  if (traffic.netdev_packets) object["netdev_packets"] = *traffic.netdev_packets;
  if (traffic.rdma_packets) object["rdma_packets"] = *traffic.rdma_packets;
  if (traffic.netdev_received) object["netdev_received"] = *traffic.netdev_received;
  return object;
}

Result<Document> parse_line(const std::string& line, const std::string& source,
                            std::size_t longest) {
  if (line.size() > longest)
    return fail(Fault::document, fmt::format("{}: longer than {} bytes", source, longest));
  return Document::parse(line, source, "");
}

}  // namespace

bool is_device_name(std::string_view name) {
  const auto strange = [](unsigned char byte) { return byte <= ' ' || byte == '/' || byte == 127; };
  return !name.empty() && name.size() <= 63 && !std::ranges::any_of(name, strange) && name != "." &&
         name != "..";
}

std::string encode(const Request& request) {
  json line{{"id", request.id},
            {"op", operation_names[static_cast<std::size_t>(request.operation)]}};
  if (!request.netdev.empty()) line["netdev"] = request.netdev;
  if (!request.rdma.empty()) line["rdma"] = request.rdma;
  if (!request.owner.empty()) line["owner"] = request.owner;
  if (!request.knobs.empty()) line["knobs"] = request.knobs;
  if (!request.settings.empty()) line["settings"] = request.settings;
  if (request.heartbeat_s > 0) line["heartbeat_s"] = request.heartbeat_s;
  // A study's folder, say, need not be UTF-8.
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string encode(const Reply& reply) {
  json line{{"id", reply.id}};
  if (!reply.outcome) {
    const Error& error = reply.outcome.error();
    line["error"] = {{"fault", fault_names[static_cast<std::size_t>(error.fault)]},
                     {"message", error.message},
                     {"remedy", error.remedy}};
  }
  if (!reply.host.empty()) line["host"] = reply.host;
  if (!reply.version.empty()) line["version"] = reply.version;
  if (reply.protocol != 0) line["protocol"] = reply.protocol;
  if (!reply.settings.empty()) line["settings"] = reply.settings;
  if (!reply.notes.empty()) line["notes"] = reply.notes;
  if (!reply.namespaces.empty()) line["namespaces"] = reply.namespaces;
  if (const json traffic = to_json(reply.traffic); !traffic.empty()) line["traffic"] = traffic;
  if (!reply.report.host.empty()) line["report"] = to_json(reply.report, Layout::compact);
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Request> decode_request(const std::string& line) {
  auto document = parse_line(line, "request", max_protocol_line);
  if (!document) return fail(document);
  const Node root = document->root();
  Request request;
  request.id = root.integer("id", {0, INT64_MAX}, 0);
  request.operation =
      from_name<Operation>(operation_names, root.choice("op", list(operation_names)));
  request.netdev = read_device(root, "netdev");
  request.rdma = read_device(root, "rdma");
  request.owner = read_owner(root);
  request.knobs = root.texts("knobs", std::vector<std::string>{});
  for (const auto& id : request.knobs)
    check_knob(root, id);
  request.settings = root.integer_map("settings");
  for (const auto& [id, value] : request.settings) {
    check_knob(root, id);
    check_value(root, id, value);
  }
  request.heartbeat_s = root.number("heartbeat_s", {0, 86400}, 0);
  if (auto done = document->finish(); !done) return fail(done);
  return request;
}

Result<Reply> decode_reply(const std::string& line) {
  auto document = parse_line(line, "reply", max_reply_line);
  if (!document) return fail(document);
  const Node root = document->root();
  Reply reply;
  reply.id = root.integer("id", {0, INT64_MAX});
  if (root.has("error")) {
    const Node error = root.object("error");
    reply.outcome = fail(from_name<Fault>(fault_names, error.choice("fault", list(fault_names))),
                         error.text("message"), error.text("remedy", ""));
  }
  reply.host = root.text("host", "");
  reply.version = root.text("version", "");
  reply.protocol = static_cast<int>(root.integer("protocol", {0, 1'000'000}, 0));
  reply.settings = root.integer_map("settings");
  reply.notes = root.texts("notes", std::vector<std::string>{});
  reply.namespaces = root.texts("namespaces", std::vector<std::string>{});
  reply.traffic = read_traffic(root);
  const std::string report = root.text("report", "");
  if (auto done = document->finish(); !done) return fail(done);
  if (!report.empty()) {
    auto parsed = host_report_from_json(report, "reply.report");
    if (!parsed) return fail(parsed);
    reply.report = std::move(*parsed);
  }
  return reply;
}

}  // namespace moderato
