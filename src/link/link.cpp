// SPDX-License-Identifier: Apache-2.0
#include "link/link.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/document.hpp"
#include "core/file.hpp"

namespace moderato {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view schema = "moderato-link/1";

void check_address(const Node& node, const std::string& address) {
  unsigned char buffer[sizeof(in6_addr)];
  if (::inet_pton(AF_INET, address.c_str(), buffer) != 1)
    node.fault(fmt::format("'{}' is no IPv4 address", address),
               "give the address of the netdev, such as 10.1.0.7", "address");
}

Endpoint read_endpoint(const Node& node) {
  Endpoint endpoint{node.text("host"), node.texts("launch_prefix", Argv{}), node.text("netdev"),
                    node.text("address"), node.text("rdma", "")};
  check_address(node, endpoint.address);
  if (endpoint.host.empty()) node.fault("the host has no name", "name it", "host");
  if (endpoint.netdev.empty()) node.fault("no netdev", "name one, such as eth2", "netdev");
  return endpoint;
}

}  // namespace

Result<Link> parse_link(const std::string& text, const std::string& source) {
  auto document = Document::parse(text, source, schema);
  if (!document) return fail(document);
  const Node root = document->root();
  Link link;
  link.name = root.text("name");
  std::set<std::string> addresses;
  std::set<std::pair<std::string, std::string>> netdevs;
  for (const Node& node : root.array("endpoints")) {
    link.endpoints.push_back(read_endpoint(node));
    const Endpoint& endpoint = link.endpoints.back();
    if (!addresses.insert(endpoint.address).second)
      node.fault("the address stands twice", "each endpoint has its own", "address");
    // Trials and messages know an endpoint by these two.
    if (!netdevs.emplace(endpoint.host, endpoint.netdev).second)
      node.fault(fmt::format("{} of {} stands twice", endpoint.netdev, endpoint.host),
                 "a link joins different netdevs; hosts have different names", "netdev");
  }
  if (link.endpoints.size() < 2)
    root.fault(fmt::format("{} endpoints", link.endpoints.size()), "a link has two or more",
               "endpoints");
  if (auto done = document->finish(); !done) return fail(done);
  return link;
}

Result<Link> read_link(const std::filesystem::path& file) {
  auto text = read_trusted_file(file, 1u << 20);
  if (!text && text.error().fault == Fault::document) return fail(text);
  if (!text) return fail(Fault::usage, text.error().message, "give the file of a link document");
  return parse_link(*text, file);
}

std::string to_json(const Link& link) {
  ordered_json endpoints = ordered_json::array();
  for (const Endpoint& endpoint : link.endpoints) {
    endpoints.push_back({{"host", endpoint.host},
                         {"launch_prefix", endpoint.launch_prefix},
                         {"netdev", endpoint.netdev},
                         {"address", endpoint.address}});
    if (!endpoint.rdma.empty()) endpoints.back()["rdma"] = endpoint.rdma;
  }
  return ordered_json{{"schema", schema}, {"name", link.name}, {"endpoints", endpoints}}.dump();
}

}  // namespace moderato
