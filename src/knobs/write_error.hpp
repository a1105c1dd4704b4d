// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/knob.hpp"
#include "core/result.hpp"

namespace moderato {

/// A refused write: netdev, what was asked for, errno text, `detail` of the kernel ("" if none),
/// and what to do about this errno. Private to the module.
Error write_error(const std::string& netdev, const Settings& settings, int error_number,
                  const std::string& detail);

}  // namespace moderato
