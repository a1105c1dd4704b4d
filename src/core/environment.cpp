// SPDX-License-Identifier: Apache-2.0
#include "core/environment.hpp"

#include <cstdlib>

namespace moderato {

std::string variable_or(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

}  // namespace moderato
