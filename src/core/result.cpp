// SPDX-License-Identifier: Apache-2.0
#include "core/result.hpp"

#include <fmt/format.h>

#include <cstring>

namespace moderato {

Error system_error(std::string_view what, int error_number, std::string remedy) {
  return {Fault::runtime, fmt::format("{}: {}", what, std::strerror(error_number)),
          std::move(remedy)};
}

std::string describe(const Error& error) {
  return error.remedy.empty() ? error.message : fmt::format("{} ({})", error.message, error.remedy);
}

}  // namespace moderato
