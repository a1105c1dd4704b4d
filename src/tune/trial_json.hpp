// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/result.hpp"
#include "core/trial.hpp"

namespace moderato {

/// One line of trials.jsonl, schema "moderato-trial/1", without the newline.
std::string to_json(const Trial& trial);
Result<Trial> trial_from_json(const std::string& line, const std::string& source);

}  // namespace moderato
