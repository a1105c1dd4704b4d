// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace moderato {

/// The variable of the environment; one that is empty counts as not set.
std::string variable_or(const char* name, const std::string& otherwise);

}  // namespace moderato
