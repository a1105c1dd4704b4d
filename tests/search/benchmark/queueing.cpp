// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/queueing.hpp"

#include <algorithm>

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

/// Both branches, each knob with the value that counts in front.
std::vector<std::int64_t> with_first(std::int64_t first, std::vector<std::int64_t> values) {
  std::erase(values, first);
  values.insert(values.begin(), first);
  return values;
}

struct Class {
  std::string name, description;
  Traffic traffic;
  Load load = Load::moderate;
};

std::vector<Class> classes() {
  return {
      {"small-messages",
       "8-byte round trips on a quiet link: nothing to gain by waiting",
       {.burst = 1, .bursts_per_us = 0.004, .base = 12, .interrupt = 2, .packet = 0.4}},
      {"small-beside-bulk",
       "small round trips while the host also receives a stream",
       {.burst = 2,
        .gap = 0.7,
        .bursts_per_us = 0.12,
        .base = 14,
        .interrupt = 2.6,
        .packet = 0.8}},
      {"throughput",
       "a stream that the host can take only with few interrupts",
       {.burst = 40,
        .gap = 0.35,
        .bursts_per_us = 0.017,
        .base = 60,
        .interrupt = 9,
        .packet = 1.05,
        .ring = 128,
        .tail = 0.5}},
      {"collective",
       "one message of each of 16 ranks, the slowest counts",
       {.burst = 16,
        .gap = 0.8,
        .bursts_per_us = 0.006,
        .base = 20,
        .interrupt = 4,
        .packet = 0.5}},
      {"request-server",
       "p99 of a key-value server at two thirds of its load",
       {.burst = 3, .gap = 1.5, .bursts_per_us = 0.1, .base = 30, .interrupt = 4, .packet = 1.2}},
      {"request-server-full",
       "the same server near saturation",
       {.burst = 3,
        .gap = 1.2,
        .bursts_per_us = 0.19,
        .base = 30,
        .interrupt = 5,
        .packet = 1.2,
        .tail = 0.7},
       Load::saturated},
  };
}

double score_us(const Traffic& traffic, const Settings& s) {
  const auto value = [&](const char* knob) { return static_cast<double>(s.at(knob)); };
  if (s.at("adaptive-rx") != 0)
    return adaptive_us(traffic, value("rx-usecs-low"), value("rx-usecs-high"));
  return moderated_us(traffic, value("rx-usecs"), value("rx-frames"));
}

Landscape landscape_of(const Class& c) {
  Landscape result{.name = c.name,
                   .description = c.description,
                   .space = moderation_space(),
                   .baseline = vendor_default(),
                   .anchors = documented_settings(),
                   .load = c.load};
  result.candidates = enumerate(result.space, result.baseline);
  const double baseline = score_us(c.traffic, result.baseline);
  result.truth.push_back(0);
  for (const Candidate& candidate : result.candidates)
    result.truth.push_back(std::log(score_us(c.traffic, candidate.settings) / baseline));
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
  return t.base + t.burst * t.packet + interrupts * t.interrupt + t.tail * last_waits +
         t.tail * queue_length(busy) * service / 2 + lost * stalled;
}

double adaptive_us(const Traffic& t, double low, double high) {
  constexpr double frames = 88;
  constexpr double hunting = 0.12;   // what moving to and fro costs
  constexpr double at_limit = 0.25;  // share of the time in which it has overshot
  // It aims at an interrupt as costly as the packets that it brings.
  const double aim = t.interrupt / (t.burst * t.bursts_per_us * t.packet);
  const double own = std::log(moderated_us(t, std::clamp(aim, 2.0, 100.0), frames));
  const double held = std::log(moderated_us(t, std::clamp(aim, low, std::max(low, high)), frames));
  const double widest = std::log(moderated_us(t, std::max(high, 1.0), frames));
  return std::exp(own + hunting + at_limit * (held - own) + 0.2 * at_limit * (widest - own));
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

std::vector<Landscape> queueing_landscapes() {
  std::vector<Landscape> result;
  for (const Class& c : classes())
    result.push_back(landscape_of(c));
  return result;
}

}  // namespace moderato::benchmark
