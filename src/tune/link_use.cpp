// SPDX-License-Identifier: Apache-2.0
#include "tune/link_use.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>

#include "tune/measure.hpp"

namespace moderato {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int look_ms = 100;
constexpr auto patience = std::chrono::seconds(3);

Result<void> check_management(const Session& session) {
  for (const Station& station : session.stations) {
    const std::string& why = station.device().management;
    if (!why.empty())
      return fail(Fault::usage,
                  fmt::format("{} is a management interface ({}): a bad setting could cut its host "
                              "off",
                              station.where(), why),
                  "tune another netdev, or insist with --management-ok");
  }
  return {};
}

Result<std::vector<Traffic>> look(Session& session) {
  std::vector<Traffic> traffic(session.stations.size());
  auto looked = at_every_endpoint(session, [&](Station& station, std::size_t i) -> Result<void> {
    auto now = station.agent.traffic(station.endpoint.netdev, station.endpoint.rdma);
    if (!now) return fail(now);
    traffic[i] = *now;
    return {};
  });
  if (!looked) return fail(looked);
  return traffic;
}

Result<void> pause(const Interrupt& interrupt) {
  pollfd fds{interrupt.fd(), POLLIN, 0};
  if (::poll(&fds, 1, look_ms) > 0) return std::unexpected(interrupted_error());
  return {};
}

struct Busiest {
  std::size_t endpoint = 0;
  double packets_per_s = 0;
};

Result<Busiest> busiest_endpoint(Session& session, const Interrupt& interrupt) {
  auto before = look(session);
  if (!before) return fail(before);
  const auto begin = Clock::now();
  if (auto paused = pause(interrupt); !paused) return fail(paused);
  auto after = look(session);
  if (!after) return fail(after);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  Busiest busiest;
  for (std::size_t i = 0; i < before->size(); ++i) {
    const double rate = packets_per_s(before->at(i), after->at(i), seconds);
    if (rate > busiest.packets_per_s) busiest = {i, rate};
  }
  return busiest;
}

Result<void> check_quiet(Session& session, const Interrupt& interrupt) {
  const auto deadline = Clock::now() + patience;
  for (;;) {
    auto busiest = busiest_endpoint(session, interrupt);
    if (!busiest) return fail(busiest);
    if (busiest->packets_per_s <= busy_packets_per_s) return {};
    if (Clock::now() < deadline) continue;
    return fail(Fault::runtime,
                fmt::format("{} is busy: others move {:.0f} packets a second over it, more than {}",
                            session.stations[busiest->endpoint].where(), busiest->packets_per_s,
                            busy_packets_per_s),
                "wait until the link is idle, or insist with --busy-ok: their traffic is then "
                "measured, too");
  }
}

double rate(const std::optional<std::int64_t>& before, const std::optional<std::int64_t>& after,
            double seconds) {
  if (!before || !after) return 0;
  return static_cast<double>(*after - *before) / seconds;
}

}  // namespace

double packets_per_s(const Traffic& before, const Traffic& after, double seconds) {
  return std::max({rate(before.netdev_packets, after.netdev_packets, seconds),
                   rate(before.netdev_received, after.netdev_received, seconds),
                   rate(before.rdma_packets, after.rdma_packets, seconds)});
}

Result<void> check_use(Session& session, const LinkUse& use, const Interrupt& interrupt) {
  if (!use.management_ok) {
    if (auto unmanaged = check_management(session); !unmanaged) return unmanaged;
  }
  return use.busy_ok ? Result<void>() : check_quiet(session, interrupt);
}

}  // namespace moderato
