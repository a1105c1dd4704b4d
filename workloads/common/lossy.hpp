// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace moderato::workloads {

// Over a wire that may lose messages, what is not answered is sent again.

/// Far above any moderation window, far below patience.
inline constexpr std::chrono::milliseconds answer_timeout{200};
inline constexpr int max_tries = 10;

/// Sends until it is answered, `max_tries` times at most; returns how often it was not.
template <class Send, class Answered>
int send_until_answered(Send send, Answered answered) {
  for (int lost = 0; lost < max_tries; ++lost) {
    send();
    if (answered()) return lost;
  }
  return max_tries;
}

}  // namespace moderato::workloads
