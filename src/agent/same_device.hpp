// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/snapshot.hpp"
#include "core/device.hpp"

namespace moderato {

// A name is no identity: devices are renamed, two swap their names, one moves to another network
// namespace, and a bond gives all its ports one MAC. Within a boot and a namespace the index of a
// device is its own for as long as it lives.

/// if_nametoindex(3); 0: no such netdev here.
int index_of_netdev(const std::string& netdev);

/// Whether the PCI function is there, in whatever network namespace its netdev may be.
bool has_pci_function(const std::string& pci_address);

/// The name that the snapshot's device has here and now; nothing: it is not here. It is the one
/// with the same index, whatever its name and MAC are by now; else, made anew by its driver, the
/// one with the name and the MAC; else the only one with the MAC and the PCI function.
std::optional<std::string> present_name(const Snapshot& snapshot, const Here& now,
                                        const std::vector<Device>& devices,
                                        const std::function<int(const std::string&)>& index_of);

}  // namespace moderato
