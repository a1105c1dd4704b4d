// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace moderato {

/// The version of the program, from CMakeLists.txt.
inline constexpr std::string_view version = MODERATO_VERSION;

}  // namespace moderato
