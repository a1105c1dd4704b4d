// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace moderato {

/// "study /home/a/s of user a (process 4711 on node1)": this process at work on `doing`, as others
/// are told whom it keeps from a device. The user is the one who called sudo, where somebody did.
std::string owner_text(std::string_view doing);

}  // namespace moderato
