// SPDX-License-Identifier: Apache-2.0
#include "cli/standard_streams.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "cli/in_child.hpp"
#include "core/printing.hpp"

namespace moderato {
namespace {

std::FILE* pipe_without_reader() {
  int ends[2];
  if (::pipe(ends) != 0) return nullptr;
  ::close(ends[0]);
  return ::fdopen(ends[1], "w");
}

/// More than a stream holds back, so that a part of it is sent before the end.
const std::string much(100'000, 'x');

}  // namespace

TEST_CASE("results that were written leave the exit status as it is") {
  for (const int status : {0, 3, 143}) {
    const auto ended = in_child([&] {
      std::FILE* results = std::fopen("/dev/null", "w");
      put(results, much);
      return flush_results(results, status);
    });
    CHECK(ended.status == status);
    CHECK(ended.messages.empty());
  }
}

TEST_CASE("results that could not be written are a failure, and a message says so") {
  for (const std::string& text : {std::string("short"), much}) {
    const auto ended = in_child([&] {
      std::FILE* results = std::fopen("/dev/full", "w");
      put(results, text);
      return flush_results(results, 3);
    });
    CHECK(ended.status == 1);
    CHECK(ended.messages.find("stdout") != std::string::npos);
  }
}

TEST_CASE("a reader that has read enough is no reason for a message") {
  for (const std::string& text : {std::string("short"), much}) {
    const auto ended = in_child([&] {
      std::FILE* results = pipe_without_reader();
      put(results, text);
      return flush_results(results, 0);
    });
    CHECK(ended.status == 1);
    CHECK(ended.messages.empty());
  }
}

TEST_CASE("what has failed already keeps its exit status") {
  for (const int status : {1, 2, 143}) {
    CHECK(in_child([&] {
            std::FILE* results = std::fopen("/dev/full", "w");
            put(results, "short");
            return flush_results(results, status);
          }).status == status);
  }
}

TEST_CASE("no file that is opened later takes the number of a stream that was closed") {
  for (const int closed : {0, 1, 2}) {
    CAPTURE(closed);
    CHECK(in_child([&] {
            ::close(closed);
            if (!open_standard_streams()) return 10;
            return ::open("/dev/null", O_RDONLY) > 2 ? 0 : 11;
          }).status == 0);
  }
  CHECK(in_child([] {
          for (const int fd : {0, 1, 2})
            ::close(fd);
          return open_standard_streams() && ::open("/dev/null", O_RDONLY) > 2 ? 0 : 10;
        }).status == 0);
}

TEST_CASE("results for a stdout that was closed have not been written; messages may be lost") {
  CHECK(in_child([] {
          ::close(1);
          ::close(2);
          if (!open_standard_streams()) return 10;
          const bool result = ::write(1, "x", 1) == 1, message = ::write(2, "x", 1) == 1;
          return !result && message ? 0 : 11;
        }).status == 0);
}

TEST_CASE("streams that are open stay what they are") {
  const auto ended = in_child([] {
    if (!open_standard_streams()) return 10;
    say(stderr, "still here");
    return 0;
  });
  CHECK(ended.status == 0);
  CHECK(ended.messages == "still here");
}

}  // namespace moderato
