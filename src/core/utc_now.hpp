// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace moderato {

/// "2026-11-24T14:02:33Z": ISO 8601, as documents hold it.
std::string utc_now();

}  // namespace moderato
