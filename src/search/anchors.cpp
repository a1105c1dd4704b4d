// SPDX-License-Identifier: Apache-2.0
#include "search/anchors.hpp"

#include <algorithm>

namespace moderato {
namespace {

const std::vector<Settings>& all_documented() {
  static const std::vector<Settings> all{
      // An interrupt a packet: what latency guides ask for, and the paper's rx-frames 1.
      {{"adaptive-rx", 0}, {"rx-usecs", 0}, {"rx-frames", 1}},
      // mlx4's own, fixed and adaptive (drivers/net/ethernet/mellanox/mlx4/mlx4_en.h:
      // MLX4_EN_RX_COAL_TIME, MLX4_EN_RX_COAL_TARGET, MLX4_EN_RX_COAL_TIME_HIGH).
      {{"adaptive-rx", 0}, {"rx-usecs", 16}, {"rx-frames", 88}},
      {{"adaptive-rx", 1}, {"rx-usecs-low", 0}, {"rx-usecs-high", 128}},
      // The paper's wide window, for alltoall and the NAS kernels.
      {{"adaptive-rx", 1}, {"rx-usecs-low", 40}, {"rx-usecs-high", 1000}},
      // Rungs of the kernel's DIM library (lib/dim/net_dim.c, NET_DIM_RX_EQE_PROFILES).
      {{"adaptive-rx", 0}, {"rx-usecs", 8}, {"rx-frames", 256}},
      {{"adaptive-rx", 0}, {"rx-usecs", 64}, {"rx-frames", 256}},
      {{"adaptive-rx", 0}, {"rx-usecs", 256}, {"rx-frames", 256}},
  };
  return all;
}

}  // namespace

std::vector<Settings> documented_settings(const Space& space) {
  std::vector<Settings> result;
  for (Settings settings : all_documented()) {
    std::erase_if(settings, [&](const auto& setting) {
      return std::ranges::find(space.parameters, setting.first, &Parameter::knob) ==
             space.parameters.end();
    });
    const bool only_a_mode = settings.size() == 1 && settings.contains("adaptive-rx");
    if (settings.empty() || only_a_mode) continue;
    if (std::ranges::find(result, settings) == result.end()) result.push_back(settings);
  }
  return result;
}

}  // namespace moderato
