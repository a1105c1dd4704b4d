// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/device.hpp"

namespace moderato {

/// {3, 4, 5, 8} -> "3-5,8", as the kernel writes CPU lists.
std::string ranges(const std::set<int>& numbers);

/// IRQs and the CPUs that may serve them, in as few lines as say the same: those pinned to one CPU
/// each in one line, the others by equal affinity.
std::vector<std::string> irq_lines(const std::vector<Irq>& irqs);

/// A line for each: number, CPUs, name.
std::vector<std::string> every_irq(const std::vector<Irq>& irqs);

}  // namespace moderato
