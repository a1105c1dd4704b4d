// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "boot/status.hpp"

namespace moderato {

/// For people: a line a row, with what differs, by whom, and what has changed below it.
std::string status_text(const std::vector<StatusRow>& rows);

/// One JSON document, schema "moderato-status/1":
///   schema, class (the one that counts), state (the worst that counts), exit_status
///   rows  [{host, netdev, driver, kind, class, active, state, profile (null: none), problem
///         (null: none), differs: [{knob, wanted, now}], stale: [text],
///         writers: [{manager, file, knob, value, certain}]}]
///   broken  [text]: installed files that could not be read
std::string status_json(const std::vector<StatusRow>& rows, const std::string& workload_class,
                        const std::vector<Error>& broken, int exit_status);

}  // namespace moderato
