// SPDX-License-Identifier: Apache-2.0
#include "verbs/free_list.hpp"

#include <doctest/doctest.h>

#include <mutex>
#include <thread>
#include <vector>

using namespace moderato::workloads;
using namespace std::chrono_literals;

namespace {

using Buffers = std::vector<std::size_t>;

/// All of them posted at time 0.
void post_all(FreeList& list) {
  list.take(0);
}

}  // namespace

TEST_CASE("at first all buffers are free, in order, and what was taken is not free any more") {
  FreeList list(3);
  CHECK(list.take(0) == Buffers{0, 1, 2});
  CHECK(list.take(0).empty());
}

TEST_CASE("buffers are taken in the order in which they were given back") {
  FreeList list(3);
  post_all(list);
  list.give_back(2);
  list.give_back(0);
  CHECK(list.take(0) == Buffers{2, 0});
}

TEST_CASE("the queue is empty from the message that took the last buffer until the next post") {
  FreeList list(2);
  post_all(list);
  list.arrived(100);
  CHECK(list.empty_ns(1000) == 0);  // one is left
  list.arrived(200);
  list.give_back(0);
  list.give_back(1);
  CHECK(list.empty_ns(1000) == 800);  // given back is not posted
  list.take(1000);
  CHECK(list.empty_ns(5000) == 800);
}

TEST_CASE("times without a buffer add up") {
  FreeList list(1);
  post_all(list);
  list.arrived(10);
  list.give_back(0);
  list.take(15);
  list.arrived(100);
  list.give_back(0);
  list.take(120);
  CHECK(list.empty_ns(200) == 25);
}

TEST_CASE("the time before the first post is not counted") {
  FreeList list(2);
  CHECK(list.empty_ns(1000) == 0);
  list.take(5000);
  CHECK(list.empty_ns(6000) == 0);
}

TEST_CASE("to take nothing posts nothing: the queue stays empty") {
  FreeList list(1);
  post_all(list);
  list.arrived(10);  // its reader has not come to it yet
  CHECK(list.take(50).empty());
  CHECK(list.empty_ns(100) == 90);
}

TEST_CASE("who waits in vain is told so, and who need not wait does not") {
  FreeList list(1);
  CHECK(list.wait(0ms));
  post_all(list);
  CHECK_FALSE(list.wait(1ms));
  list.give_back(0);
  CHECK(list.wait(0ms));
}

TEST_CASE("who waits is woken by a buffer that is given back") {
  FreeList list(1);
  post_all(list);
  bool woken = false;
  std::thread waiting([&] { woken = list.wait(1min); });
  list.give_back(0);
  waiting.join();
  CHECK(woken);
}

TEST_CASE("between two threads no buffer is lost, and none is handed out while it is in use") {
  constexpr std::size_t buffers = 8, messages = 10'000;
  FreeList list(buffers);
  std::mutex mutex;  // of what the device would do: it fills posted buffers
  Buffers posted;
  std::vector<bool> in_use(buffers, false);
  bool twice = false, ended = false;
  std::thread poster([&] {
    for (std::size_t taken = 0; taken < messages && list.wait(10s);) {
      for (const std::size_t buffer : list.take(0)) {
        const std::lock_guard lock(mutex);
        twice = twice || in_use[buffer];
        in_use[buffer] = true;
        posted.push_back(buffer);
        ++taken;
      }
    }
    const std::lock_guard lock(mutex);
    ended = true;
  });
  const auto read_one = [&] {
    const std::lock_guard lock(mutex);
    if (posted.empty()) return false;
    list.arrived(0);
    in_use[posted.back()] = false;
    list.give_back(posted.back());
    posted.pop_back();
    return true;
  };
  const auto is_over = [&] {
    const std::lock_guard lock(mutex);
    return ended;
  };
  std::size_t read = 0;
  while (!is_over()) {
    if (read_one())
      ++read;
    else
      std::this_thread::yield();
  }
  poster.join();
  while (read_one())
    ++read;
  CHECK(read >= messages);
  CHECK_FALSE(twice);
}
