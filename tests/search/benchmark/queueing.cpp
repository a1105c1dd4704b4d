// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/queueing.hpp"

#include <algorithm>

#include "search/benchmark/workloads.hpp"

namespace moderato::benchmark {
namespace {

constexpr double stalled = 4000;  // us: a retransmission timer ends what no interrupt ends
constexpr double full = 0.95;     // beyond that the queue grows along its tangent, not to infinity

/// From the first packet until packet number `frames`: in the burst, then by later bursts.
double until_frames(const Traffic& t, double frames) {
  if (frames <= t.burst) return (frames - 1) * t.gap;
  return (t.burst - 1) * t.gap + (frames - t.burst) / (t.burst * t.bursts_per_us);
}

/// Packets that have come `wait` after the first.
double batch_after(const Traffic& t, double wait) {
  const double span = (t.burst - 1) * t.gap;
  const double of_burst = t.gap > 0 ? std::min(t.burst, 1 + wait / t.gap) : t.burst;
  return of_burst + std::max(0.0, wait - span) * t.burst * t.bursts_per_us;
}

/// Waiting jobs in front of one, M/G/1, for a server that is busy for this share of the time.
double queue_length(double busy) {
  if (busy <= full) return busy / (1 - busy);
  return full / (1 - full) + (busy - full) / ((1 - full) * (1 - full));
}

/// The first listed value is the one that a mode leaves in place.
std::vector<std::int64_t> with_first(std::int64_t first, std::vector<std::int64_t> values) {
  std::erase(values, first);
  values.insert(values.begin(), first);
  return values;
}

double score_us(const Workload& workload, const Settings& s) {
  const auto value = [&](const char* knob) { return static_cast<double>(s.at(knob)); };
  double sum = 0;
  for (const Traffic& traffic : workload)
    sum +=
        traffic.share * (s.at("adaptive-rx") != 0
                             ? adaptive_us(traffic, value("rx-usecs-low"), value("rx-usecs-high"))
                             : moderated_us(traffic, value("rx-usecs"), value("rx-frames")));
  return sum;
}

Landscape landscape_of(const WorkloadClass& c) {
  Landscape result{.name = c.name,
                   .description = c.description,
                   .space = moderation_space(),
                   .baseline = vendor_default(),
                   .anchors = documented_settings(),
                   .load = c.load};
  result.candidates = enumerate(result.space, result.baseline);
  const double baseline = score_us(c.workload, result.baseline);
  result.truth.push_back(0);
  for (const Candidate& candidate : result.candidates)
    result.truth.push_back(std::log(score_us(c.workload, candidate.settings) / baseline));
  return result;
}

}  // namespace

double moderated_us(const Traffic& t, double usecs, double frames) {
  const double by_time = usecs > 0 ? usecs : stalled;
  const double wait = std::min({by_time, until_frames(t, frames), stalled});
  const double arrived = batch_after(t, wait);
  const double batch = std::min(arrived, t.ring);
  const double rate = t.burst * t.bursts_per_us;
  const double busy = rate * t.packet + rate / batch * t.interrupt;
  const double service = t.interrupt + t.packet * batch;
  const double span = (t.burst - 1) * t.gap;
  // An interrupt within the burst leaves its last packet to a later one.
  const double last_waits = wait < span ? wait / 2 : wait - span;
  const double interrupts = std::max(1.0, t.burst / batch);
  const double lost = std::max(0.0, 1 - t.ring / arrived);
  return t.base + t.burst * t.packet + interrupts * t.interrupt + last_waits +
         queue_length(busy) * service / 2 + lost * t.loss;
}

double adaptive_us(const Traffic& t, double low, double high) {
  constexpr double frames = 88;
  constexpr double hunting = 0.2;                 // log: what moving to and fro costs
  constexpr double held = 0.12, overshot = 0.03;  // shares of the time at a bound, at the upper one
  const double busy = t.burst * t.bursts_per_us * (t.packet + t.interrupt);  // if none is saved
  const double aim = std::clamp(5 * t.interrupt * busy, 0.5, 100.0);
  const double bound = std::max(0.5, std::clamp(aim, low, std::max(low, high)));
  const double own = std::log(moderated_us(t, aim, frames));
  const double at_bound = std::log(moderated_us(t, bound, frames));
  const double at_high = std::log(moderated_us(t, std::max(high, 1.0), frames));
  return std::exp(own + hunting + held * (at_bound - own) + overshot * (at_high - own));
}

Space moderation_space() {
  const std::vector<std::int64_t> times{0,  1,  2,   4,   8,   16,  32,  40,
                                        64, 96, 128, 192, 256, 512, 1024};
  const std::vector<std::int64_t> usecs{0,   1,   2,   3,   4,   5,   6,   8,   10,  12,  14,
                                        16,  20,  24,  28,  32,  40,  48,  56,  64,  80,  96,
                                        112, 128, 160, 192, 224, 256, 384, 512, 768, 1024};
  const std::vector<std::int64_t> frames{1,  2,  3,  4,  5,  6,  8,  10,  12,  16,  20,  24,
                                         32, 40, 48, 64, 80, 88, 96, 128, 160, 192, 224, 256};
  return {{{"adaptive-rx", {1, 0}},
           {"rx-usecs", with_first(16, usecs)},
           {"rx-frames", with_first(88, frames)},
           {"rx-usecs-low", with_first(0, times)},
           {"rx-usecs-high", with_first(128, times)}},
          {{Constraint::Kind::fixed_unless_zero, {"adaptive-rx", "rx-usecs", "rx-frames"}},
           {Constraint::Kind::fixed_if_zero, {"adaptive-rx", "rx-usecs-low", "rx-usecs-high"}},
           {Constraint::Kind::ascending, {"rx-usecs-low", "rx-usecs-high"}}}};
}

Settings vendor_default() {
  return {{"adaptive-rx", 1},
          {"rx-usecs", 16},
          {"rx-frames", 88},
          {"rx-usecs-low", 0},
          {"rx-usecs-high", 128}};
}

std::vector<Settings> documented_settings() {
  return {{{"adaptive-rx", 0}, {"rx-usecs", 16}, {"rx-frames", 88}},
          {{"adaptive-rx", 1}, {"rx-usecs-low", 0}, {"rx-usecs-high", 128}},
          {{"adaptive-rx", 0}, {"rx-usecs", 0}, {"rx-frames", 1}},
          {{"adaptive-rx", 0}, {"rx-usecs", 64}, {"rx-frames", 256}}};
}

std::vector<Landscape> queueing_landscapes(int variant) {
  std::vector<Landscape> result;
  for (const WorkloadClass& c : workload_classes(variant))
    result.push_back(landscape_of(c));
  return result;
}

}  // namespace moderato::benchmark
