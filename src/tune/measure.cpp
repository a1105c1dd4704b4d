// SPDX-License-Identifier: Apache-2.0
#include "tune/measure.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>

#include "stats/summary.hpp"
#include "stats/warm_up.hpp"
#include "workload/process_knobs.hpp"

namespace moderato {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Error interrupted_error() {
  return {Fault::runtime, "interrupted", "continue with `moderato tune --resume`"};
}

Result<Trial> Measurer::measure(const Candidate& candidate, const TrialKey& key) {
  Trial trial{.key = key, .settings = candidate.settings, .started = utc_now()};
  const auto begin = Clock::now();
  if (auto applied = apply(candidate, trial); !applied) return fail(applied);
  if (trial.state == TrialState::complete) {
    if (auto settled = settle(); !settled) return fail(settled);
    if (auto ran = run_workloads(trial); !ran) return fail(ran);
  }
  if (trial.state == TrialState::complete) {
    if (auto looked = look_for_foreign_writes(trial); !looked) return fail(looked);
  }
  trial.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return trial;
}

/// A candidate is in force when every endpoint has read it back, all of them the same.
Result<void> Measurer::apply(const Candidate& candidate, Trial& trial) {
  std::vector<Settings> effective(session_.stations.size());
  const auto& since = study_.header().since;
  const bool of_old_ranking = since && since->baseline;  // it took the place of what was found
  auto applied = at_every_endpoint(session_, [&](Station& station, std::size_t i) -> Result<void> {
    const Settings wanted = candidate.number == 0 && !of_old_ranking
                                ? station.baseline
                                : device_part(candidate.settings);
    if (wanted.empty()) return {};  // the space holds knobs of processes alone
    auto now = station.agent.write(station.endpoint.netdev, wanted);
    if (!now) return fail(now);
    effective[i] = std::move(*now);
    return {};
  });
  if (!applied) return fail_trial(trial, describe(applied.error()));
  const auto other = std::ranges::find_if(
      effective, [&](const Settings& shown) { return shown != effective.front(); });
  if (candidate.number != 0 && other != effective.end())
    return endpoints_differ(trial, effective, other - effective.begin());
  for (std::size_t i = 0; i < effective.size(); ++i) {
    if (!effective[i].empty()) trial.effective[session_.stations[i].where()] = effective[i];
  }
  return {};
}

/// What somebody else wrote between the write and the reading is no word of a driver.
Result<void> Measurer::endpoints_differ(Trial& trial, const std::vector<Settings>& effective,
                                        std::ptrdiff_t other) {
  if (auto looked = look_for_foreign_writes(trial); !looked) return looked;
  if (trial.state == TrialState::void_trial) return {};
  return fail_trial(trial,
                    fmt::format("the endpoints differ: {} shows {}, {} shows {}",
                                session_.stations.front().where(), describe(effective.front()),
                                session_.stations[other].where(), describe(effective[other])));
}

Result<void> Measurer::settle() const {
  pollfd fds{interrupt_.fd(), POLLIN, 0};
  if (::poll(&fds, 1, static_cast<int>(policy_.plan.settle_s * 1e3)) > 0)
    return std::unexpected(interrupted_error());
  return {};
}

Result<void> Measurer::run_workloads(Trial& trial) {
  for (std::size_t i = 0; i < workloads_.workloads.size(); ++i) {
    if (auto ran = run_one(i, trial); !ran) return ran;
    if (trial.state != TrialState::complete) return {};
  }
  auto score = figure_of(policy_.objective, trial.outcomes, policy_);
  if (!score) return fail_trial(trial, score.error().message);
  auto figures = figures_of(trial.outcomes, policy_);
  if (!figures) return fail_trial(trial, figures.error().message);
  trial.score = *score;
  trial.figures = std::move(*figures);
  return {};
}

/// The rule by which a warm-up is cut is the same for the baseline and all candidates. Counters are
/// of the whole run.
WorkloadOutcome Measurer::reduced(const PreparedWorkload& workload, Samples samples) const {
  const std::span<const double> values = samples.values;
  const WarmUp warm_up =
      study_.header().cuts_warm_up ? warm_up_of(values, samples_needed(policy_)) : WarmUp{};
  return {workload.name,    samples.unit, summarize(values.subspan(warm_up.cut)),
          samples.counters, warm_up.cut,  warm_up.settled};
}

Result<void> Measurer::run_one(std::size_t index, Trial& trial) {
  const PreparedWorkload& workload = workloads_.workloads[index];
  const RunLimits limits{
      .timeout = std::chrono::milliseconds(static_cast<int>(policy_.plan.trial_timeout_s * 1e3)),
      .interrupt_fd = interrupt_.fd()};
  auto command = command_for(workload, process_part(trial.settings), session_.link,
                             workloads_.paths, workloads_.user);
  if (!command) return fail(command);
  auto sent_before = packets_sent(workload.descriptor.transport);
  if (!sent_before) return fail(sent_before);
  auto run = run_workload(*command, workload.descriptor.result, limits);
  if (!run) {
    if (run.error().interrupted) return std::unexpected(interrupted_error());
    trial.workload_stderr = run.error().err;
    return fail_trial(trial, fmt::format("{}: {}", workload.name, describe(run.error().error)));
  }
  if (policy_.plan.keep_samples) {
    auto kept = study_.keep_samples(trial.key, index, workload.name, run->raw);
    if (!kept) return kept;
  }
  auto checked = check_transport(workload, run->samples.values.size(), *sent_before, trial);
  if (!checked || trial.state != TrialState::complete) return checked;
  trial.outcomes.push_back(reduced(workload, std::move(run->samples)));
  return {};
}

/// What the endpoints have sent by that transport so far; nothing where nobody looks or counts.
Result<std::optional<std::int64_t>> Measurer::packets_sent(Transport transport) {
  if (transport == Transport::any) return std::nullopt;
  std::optional<std::int64_t> sum;
  for (Station& station : session_.stations) {
    auto traffic = station.agent.traffic(station.endpoint.netdev, station.endpoint.rdma);
    if (!traffic) return fail(traffic);
    const auto packets =
        transport == Transport::rdma ? traffic->rdma_packets : traffic->netdev_packets;
    if (packets) sum = sum.value_or(0) + *packets;
  }
  return sum;
}

/// A library may fall back to another transport without failing; what it measured then says nothing
/// of this link.
Result<void> Measurer::check_transport(const PreparedWorkload& workload, std::size_t samples,
                                       std::optional<std::int64_t> before, Trial& trial) {
  auto after = packets_sent(workload.descriptor.transport);
  if (!after) return fail(after);
  if (!before || !*after || **after - *before >= static_cast<std::int64_t>(samples)) return {};
  return fail_trial(
      trial,
      fmt::format("{}: {} samples, but the endpoints sent just {} packets by {}: it has used "
                  "another transport",
                  workload.name, samples, **after - *before,
                  name_of(workload.descriptor.transport)));
}

Result<void> Measurer::look_for_foreign_writes(Trial& trial) {
  for (Station& station : session_.stations) {
    if (station.baseline.empty()) continue;
    auto notes = station.agent.foreign(station.endpoint.netdev);
    if (!notes) return fail(notes);
    if (notes->empty()) continue;
    trial.state = TrialState::void_trial;
    trial.reason += fmt::format("{}written by others on {}: {}", trial.reason.empty() ? "" : "; ",
                                station.endpoint.host, fmt::join(*notes, ", "));
  }
  return {};
}

/// The baseline goes back at once: a candidate that broke something shall not stay in force.
Result<void> Measurer::fail_trial(Trial& trial, std::string reason) {
  trial.state = TrialState::failed;
  trial.reason = std::move(reason);
  return at_every_endpoint(session_,
                           [](Station& station, std::size_t) { return station.agent.restore(); });
}

}  // namespace moderato
