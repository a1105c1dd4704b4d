// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "search/benchmark/landscape.hpp"

namespace moderato::benchmark {

/// What arrives at a NIC for a while, and what its host pays for it. Times in us, rates per us.
struct Traffic {
  double share = 1;          ///< of the messages that the score is made of
  double burst = 1;          ///< packets that make a message
  double gap = 0;            ///< between packets of a burst
  double bursts_per_us = 0;  ///< own and others'
  double base = 14;          ///< a message where nothing waits
  double interrupt = 4;      ///< CPU time of an interrupt
  double packet = 0.5;       ///< CPU time of a packet
  double ring = 512;         ///< packets that can wait; more are lost
  double loss = 400;         ///< what a lost packet costs
};

/// Traffic changes: a workload is a few kinds of it in turns. That is what makes the optimum
/// narrow: quiet times want no waiting, busy ones few interrupts, sudden bursts a bound in frames.
using Workload = std::vector<Traffic>;

/// A message's time while the interrupt comes `usecs` after the first packet (0: never by time) or
/// with packet number `frames`, whichever is first: base + interrupts of the message + the wait of
/// its last packet + the queue of a host that is busy by packets and interrupts + losses.
double moderated_us(const Traffic& traffic, double usecs, double frames);

/// The same while the driver itself moves the time, at 88 frames: to the longer the busier, held
/// between `low` and `high`, and part of the time elsewhere.
double adaptive_us(const Traffic& traffic, double low, double high);

/// The space of the paper's NIC with 888 points: adaptive with a window, or fixed usecs and frames.
Space moderation_space();

/// The driver's own choice, candidate 0.
Settings vendor_default();

/// What documents recommend: vendor default with the mode off, the mode on, no moderation, and a
/// throughput setting.
std::vector<Settings> documented_settings();

/// One table a class of workloads. The adaptive branch is uniformly fair; the other one holds both
/// the optimum, which is narrow, and most of what is terrible. Variant 0 is made by hand; any other
/// has its rates and costs altered by chance, about 20 % each: who was tuned on variant 0 has not
/// seen it.
std::vector<Landscape> queueing_landscapes(int variant = 0);

}  // namespace moderato::benchmark
