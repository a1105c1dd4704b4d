// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "knobs/discovery_bus.hpp"

namespace moderato {
namespace {

using namespace std::string_view_literals;

/// Drivers that serve VFs and nothing else.
constexpr std::array vf_drivers{"igbvf"sv, "ixgbevf"sv, "iavf"sv, "i40evf"sv, "cxgb4vf"sv};

/// VFs of drivers that serve PFs too, after the PCI ID database: mlx4 and mlx5 (ConnectX-2 and
/// later, Connect-IB, BlueField), bnxt_en, ionic, hns3.
constexpr std::array vf_ids{
    "15b3:1002"sv, "15b3:1004"sv, "15b3:1012"sv, "15b3:1014"sv, "15b3:1016"sv,
    "15b3:1018"sv, "15b3:101a"sv, "15b3:101c"sv, "15b3:101e"sv, "15b3:a2d3"sv,
    "14e4:1606"sv, "14e4:1609"sv, "14e4:16c1"sv, "14e4:16cb"sv, "14e4:16d3"sv,
    "14e4:16dc"sv, "14e4:16e1"sv, "14e4:16e5"sv, "14e4:1806"sv, "14e4:1807"sv,
    "14e4:1808"sv, "14e4:1809"sv, "1dd8:1003"sv, "19e5:a22e"sv, "19e5:a22f"sv};

}  // namespace

bool is_known_vf(std::string_view driver, std::string_view pci_id) {
  return std::ranges::find(vf_drivers, driver) != vf_drivers.end() ||
         std::ranges::find(vf_ids, pci_id) != vf_ids.end();
}

}  // namespace moderato
