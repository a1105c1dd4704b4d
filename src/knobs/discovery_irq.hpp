// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/device.hpp"

namespace moderato {

// Private to the module.

/// The action of every IRQ in the text of /proc/interrupts that has one.
std::map<int, std::string> irq_actions(const std::string& interrupts);

/// The message-signalled interrupts of a PCI function, in order. `actions` names those whose action
/// has no folder in /proc/irq.
std::vector<Irq> irqs_of(const std::filesystem::path& pci_function,
                         const std::filesystem::path& proc,
                         const std::map<int, std::string>& actions);

}  // namespace moderato
