// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "search/benchmark/landscape.hpp"

namespace moderato::benchmark {

/// What arrives at a NIC, and what its host pays for it. Times in us, rates per us.
struct Traffic {
  double burst = 1;             ///< packets that make a message
  double gap = 0;               ///< between packets of a burst
  double bursts_per_us = 0.01;  ///< own and others'
  double base = 10;             ///< a message where nothing waits
  double interrupt = 3;         ///< CPU time of an interrupt
  double packet = 0.5;          ///< CPU time of a packet
  double ring = 512;            ///< packets that the NIC can hold; more are lost
  double tail = 1;              ///< how much of the wait the score sees: 1 = the worst packet's
};

/// What the objective is while the interrupt comes `usecs` after the first packet (0: never by
/// time) or with packet number `frames`, whichever is first: base + interrupts of the message + the
/// wait of its last packet + the queue of a host that is busy by packets and interrupts.
double moderated_us(const Traffic& traffic, double usecs, double frames);

/// The same while the driver itself moves the time within [low, high], at 88 frames: towards an
/// interrupt rate that spares both sides, never quite there.
double adaptive_us(const Traffic& traffic, double low, double high);

/// The space of the paper's NIC with 888 points: adaptive with a window, or fixed usecs and frames.
Space moderation_space();

/// The driver's own choice, candidate 0.
Settings vendor_default();

/// What documents recommend: vendor default with the mode off, the mode on, no moderation, and a
/// throughput setting.
std::vector<Settings> documented_settings();

/// One table a class of workloads. The adaptive branch is uniformly fair; the other one holds both
/// the optimum, which is narrow, and most of what is terrible.
std::vector<Landscape> queueing_landscapes();

}  // namespace moderato::benchmark
