// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <utility>

#include "knobs/backend.hpp"
#include "knobs/catalogue.hpp"
#include "knobs/coalesce_codec.hpp"
#include "knobs/netlink_socket.hpp"
#include "knobs/own_notification.hpp"
#include "knobs/write_error.hpp"

namespace moderato {
namespace {

std::vector<KnobState> states_of(const Settings& values, const std::string& why_not) {
  std::vector<KnobState> states;
  for (const Knob& knob : catalogue()) {
    if (knob.access != Access::ethtool) continue;
    const auto found = values.find(std::string(knob.id));
    if (found == values.end()) {
      states.push_back({std::string(knob.id), {}, why_not});
    } else {
      states.push_back({std::string(knob.id), found->second, {}});
    }
  }
  return states;
}

class EthtoolBackend : public Backend {
 public:
  EthtoolBackend(NetlinkSocket requests, std::optional<NetlinkSocket> monitor)
      : requests_(std::move(requests)), monitor_(std::move(monitor)) {}

  bool handles(std::string_view knob) const override {
    const Knob* found = find_knob(knob);
    return found != nullptr && found->access == Access::ethtool;
  }

  Result<std::vector<KnobState>> read(const std::string& netdev) override {
    std::optional<Result<CoalesceMessage>> reply;
    auto answer = requests_.request(
        encode_coalesce_get(netdev),
        [&](std::span<const std::byte> message) { reply = decode_coalesce(message); });
    if (!answer) return fail(answer);
    if (answer->error_number == EOPNOTSUPP)
      return states_of({}, "the driver has no coalescing settings");
    if (answer->error_number != 0) return std::unexpected(read_error(netdev, *answer));
    if (!reply) return fail(Fault::runtime, netdev + ": the kernel acknowledged, but told nothing");
    if (!*reply) return fail(*reply);
    return states_of((*reply)->values, "the driver does not report it");
  }

  Result<void> write(const std::string& netdev, const Settings& settings) override {
    if (settings.empty()) return {};
    auto payload = encode_coalesce_set(netdev, settings);
    if (!payload) return fail(payload);
    keep_foreign(notifications());
    auto answer = requests_.request(*payload, [](std::span<const std::byte>) {});
    // The kernel queues the notification before it acknowledges, so ours is here by now.
    auto caused = notifications();
    if (answer && answer->error_number == 0) take_own(caused, netdev, settings);
    keep_foreign(std::move(caused));
    if (!answer) return fail(answer);
    if (answer->error_number != 0)
      return std::unexpected(
          write_error(netdev, settings, answer->error_number, detail_of(*answer, *payload)));
    return {};
  }

  std::vector<Change> changes() override {
    keep_foreign(notifications());
    return std::exchange(foreign_, {});
  }

  std::vector<Settings> read_many(const std::vector<std::string>& netdevs) override {
    // A dump goes through every netdev of the host.
    if (netdevs.size() == 1) return Backend::read_many(netdevs);
    std::unordered_map<std::string_view, std::size_t> places;
    for (const std::string& netdev : netdevs)
      places.emplace(netdev, places.size());
    std::vector<Settings> found(netdevs.size());
    auto dumped = requests_.dump(encode_coalesce_get(""), [&](std::span<const std::byte> message) {
      auto reply = decode_coalesce(message);
      if (!reply) return;
      const auto place = places.find(reply->netdev);
      if (place != places.end()) found[place->second] = std::move(reply->values);
    });
    return dumped ? found : Backend::read_many(netdevs);
  }

  std::vector<bool> write_many(const std::vector<NetdevSettings>& wanted) override {
    // With a monitor each notification has to be told from those of others.
    if (monitor_) return Backend::write_many(wanted);
    std::vector<bool> taken(wanted.size());
    Batch batch;
    for (std::size_t at = 0; at < wanted.size(); ++at) {
      auto payload = encode_coalesce_set(wanted[at].netdev, wanted[at].settings);
      if (!payload) continue;
      batch.places.push_back(at);
      batch.payloads.push_back(std::move(*payload));
      if (batch.places.size() == NetlinkSocket::batch_size) send(batch, taken);
    }
    send(batch, taken);
    return taken;
  }

 private:
  struct Batch {
    std::vector<std::size_t> places;  ///< in what was asked for
    std::vector<Bytes> payloads;
  };

  /// Sends and empties the batch.
  void send(Batch& batch, std::vector<bool>& taken) {
    const Batch sent = std::exchange(batch, {});
    if (sent.places.empty()) return;
    const auto answers = requests_.request_many(sent.payloads);
    for (std::size_t i = 0; answers && i < answers->size(); ++i) {
      taken[sent.places[i]] = (*answers)[i].error_number == 0;
    }
  }

  static Error read_error(const std::string& netdev, const KernelAnswer& answer) {
    auto error = system_error(netdev + ": cannot read its coalescing settings", answer.error_number,
                              answer.error_number == ENODEV
                                  ? "`moderato probe` lists the devices of this network namespace"
                                  : "");
    if (!answer.text.empty()) error.message += ": " + answer.text;
    return error;
  }

  static std::string detail_of(const KernelAnswer& answer, const Bytes& payload) {
    const auto knob = answer.offset ? knob_at(payload, *answer.offset) : std::string();
    return knob.empty() ? answer.text : fmt::format("{} ({})", answer.text, knob);
  }

  std::vector<CoalesceMessage> notifications() {
    std::vector<CoalesceMessage> found;
    if (!monitor_) return found;
    monitor_->drain([&](std::span<const std::byte> message) {
      // The group carries every kind of ethtool notification.
      if (auto decoded = decode_coalesce(message)) found.push_back(std::move(*decoded));
    });
    return found;
  }

  void keep_foreign(std::vector<CoalesceMessage> messages) {
    for (auto& message : messages)
      foreign_.push_back({std::move(message.netdev), std::move(message.values)});
  }

  NetlinkSocket requests_;
  std::optional<NetlinkSocket> monitor_;
  std::vector<Change> foreign_;
};

}  // namespace

Result<std::unique_ptr<Backend>> ethtool_backend(Watch watch) {
  auto requests = NetlinkSocket::open("ethtool");
  if (!requests) return fail(requests);
  if (watch == Watch::no)
    return std::make_unique<EthtoolBackend>(std::move(*requests), std::nullopt);
  auto monitor = NetlinkSocket::open("ethtool");
  if (!monitor) return fail(monitor);
  if (auto joined = monitor->join("ethtool", "monitor"); !joined) return fail(joined);
  return std::make_unique<EthtoolBackend>(std::move(*requests), std::move(*monitor));
}

}  // namespace moderato
