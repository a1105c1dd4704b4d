// SPDX-License-Identifier: Apache-2.0
#include "core/parallel.hpp"

#include <system_error>
#include <thread>
#include <vector>

namespace moderato {

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < count; ++i) {
    try {
      threads.emplace_back([&work, i] { work(i); });
    } catch (const std::system_error&) {
      work(i);  // no more threads here: later is better than never
    }
  }
  if (count > 0) work(0);
}

}  // namespace moderato
