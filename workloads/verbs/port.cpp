// SPDX-License-Identifier: Apache-2.0
#include "verbs/port.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <span>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

constexpr std::size_t max_gids = 1024;

/// Entry `rank` of a list that begins anew after its last; empty when the list is.
std::string entry_of(const std::vector<std::string>& list, int rank) {
  return list.empty() ? "" : list[static_cast<std::size_t>(rank) % list.size()];
}

/// All RDMA devices of this host, opened.
std::vector<ContextHandle> open_all() {
  int count = 0;
  ibv_device** list = ::ibv_get_device_list(&count);
  std::vector<ContextHandle> result;
  for (ibv_device* device : std::span(list, list == nullptr ? 0 : static_cast<std::size_t>(count)))
    if (ibv_context* context = ::ibv_open_device(device)) result.emplace_back(context);
  if (list != nullptr) ::ibv_free_device_list(list);
  return result;
}

std::string name_of(const ContextHandle& context) {
  return ::ibv_get_device_name(context->device);
}

std::string names_of(const std::vector<ContextHandle>& contexts) {
  std::vector<std::string> names;
  for (const auto& context : contexts)
    names.push_back(name_of(context));
  return names.empty() ? "this host has none" : fmt::format("there are {}", fmt::join(names, ", "));
}

std::vector<Gid> gids_of(ibv_context& context) {
  std::vector<ibv_gid_entry> entries(max_gids);
  const ssize_t count = ::ibv_query_gid_table(&context, entries.data(), entries.size(), 0);
  std::vector<Gid> result;
  for (ssize_t i = 0; i < count; ++i) {
    const ibv_gid_entry& entry = entries[static_cast<std::size_t>(i)];
    Gid gid{{},
            static_cast<int>(entry.gid_index),
            static_cast<int>(entry.port_num),
            entry.gid_type == IBV_GID_TYPE_ROCE_V2};
    std::memcpy(gid.address.data(), entry.gid.raw, gid.address.size());
    result.push_back(gid);
  }
  return result;
}

ContextHandle find_by_name(std::vector<ContextHandle> contexts, const std::string& name) {
  for (auto& context : contexts)
    if (name_of(context) == name) return std::move(context);
  throw Failure(
      fmt::format("--devices: there is no RDMA device '{}'; {}", name, names_of(contexts)));
}

ContextHandle find_by_address(std::vector<ContextHandle> contexts, const std::string& address,
                              std::optional<int> port) {
  (void)mapped_ipv4(address);  // throws when it is none, with devices or without
  for (auto& context : contexts)
    if (choose_gid(gids_of(*context), address, port)) return std::move(context);
  throw Failure(
      fmt::format("--addresses: no RDMA device has the RoCE v2 GID of {}; {}: name one with "
                  "--devices, or give its netdev the address",
                  address, names_of(contexts)));
}

ContextHandle find_device(const VerbsArguments& arguments, const std::string& device,
                          const std::string& address) {
  if (!device.empty()) return find_by_name(open_all(), device);
  if (!address.empty()) return find_by_address(open_all(), address, arguments.port);
  throw Failure("--devices or --addresses is required, to know which RDMA device to use");
}

Gid entry_at(const Port& port, int index) {
  for (const Gid& gid : gids_of(*port.context))
    if (gid.index == index && gid.port == port.number) return gid;
  throw Failure(fmt::format("--gid-index: {} has no GID {}", port.name(), index));
}

Gid entry_for(const Port& port, const std::string& address) {
  if (const auto gid = choose_gid(gids_of(*port.context), address, port.number)) return *gid;
  throw Failure(
      fmt::format("--addresses: {} has no RoCE v2 GID for {}: give its netdev the address, or "
                  "choose a GID with "
                  "--gid-index (`rdma link` shows the netdev, `ibv_devinfo -v` the GIDs)",
                  port.name(), address.empty() ? "any IPv4 address" : address));
}

int port_number(const Port& port, const VerbsArguments& arguments, const std::string& address) {
  if (arguments.port) return *arguments.port;
  const auto gid = choose_gid(gids_of(*port.context), address, {});
  return gid ? gid->port : 1;
}

void require_active(Port& port) {
  if (const int error = ::ibv_query_port(port.context.get(), static_cast<std::uint8_t>(port.number),
                                         &port.attributes);
      error != 0)
    throw Failure(fmt::format("--port: there is no {}: {}", port.name(), std::strerror(error)));
  if (port.attributes.state != IBV_PORT_ACTIVE)
    throw Failure(fmt::format("{} is {}, not active: bring its netdev up, and look at the cable",
                              port.name(), ::ibv_port_state_str(port.attributes.state)));
}

void choose_address(Port& port, const VerbsArguments& arguments, const std::string& address) {
  const bool ethernet = port.attributes.link_layer == IBV_LINK_LAYER_ETHERNET;
  port.has_gid = ethernet || arguments.gid_index;
  if (!port.has_gid) return;
  port.gid = arguments.gid_index ? entry_at(port, *arguments.gid_index) : entry_for(port, address);
}

}  // namespace

std::string Port::name() const {
  return fmt::format("port {} of {}", number, device);
}

ibv_device_attr_ex Port::limits() const {
  ibv_device_attr_ex result{};
  if (const int error = ::ibv_query_device_ex(context.get(), nullptr, &result); error != 0)
    throw Failure(fmt::format("query {}: {}", device, std::strerror(error)));
  return result;
}

Port open_port(const VerbsArguments& arguments, int rank) {
  const std::string address = entry_of(arguments.addresses, rank);
  Port port;
  port.context = find_device(arguments, entry_of(arguments.devices, rank), address);
  port.device = name_of(port.context);
  port.number = port_number(port, arguments, address);
  require_active(port);
  choose_address(port, arguments, address);
  return port;
}

}  // namespace moderato::workloads
