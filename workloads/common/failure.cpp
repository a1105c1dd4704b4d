// SPDX-License-Identifier: Apache-2.0
#include "common/failure.hpp"

#include <cerrno>
#include <cstring>

namespace moderato::workloads {

void throw_errno(const std::string& what) {
  throw Failure(what + ": " + std::strerror(errno));
}

}  // namespace moderato::workloads
