// SPDX-License-Identifier: Apache-2.0
#include "core/printing.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

namespace moderato {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using Stream = std::unique_ptr<std::FILE, Close>;

/// As stderr is: every write is tried at once.
Stream unbuffered(std::FILE* file) {
  REQUIRE(file != nullptr);
  std::setvbuf(file, nullptr, _IONBF, 0);
  return Stream(file);
}

Stream pipe_without_reader() {
  ::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  return unbuffered(::fdopen(ends[1], "w"));
}

std::string said(const std::string& text) {
  char* memory = nullptr;
  std::size_t size = 0;
  Stream stream(::open_memstream(&memory, &size));
  say(stream.get(), text);
  stream.reset();
  const std::string result(memory, size);
  std::free(memory);
  return result;
}

}  // namespace

TEST_CASE("an escape sequence in a text does not reach the terminal") {
  CHECK(printable("a\x1b[31mb\n") == "a?[31mb?");
  CHECK(printable("a\xc2\x9b"
                  "31mb\x7f") == "a?31mb?");
  CHECK(printable("Gerät für 5 µs, \xc2\xa0") == "Gerät für 5 µs, \xc2\xa0");
  CHECK(printable("cut off: \xc2") == "cut off: \xc2");
}

TEST_CASE("a message keeps its lines and tabs, and loses its escape sequences") {
  CHECK(said("eth0:\n\trx-usecs\r\x1b]0;title\x07\n") == "eth0:\n\trx-usecs??]0;title?\n");
}

TEST_CASE("what cannot be written ends nothing, and can be asked for") {
  const Stream full = unbuffered(std::fopen("/dev/full", "w"));
  say(full.get(), "to a full disk\n");
  CHECK(std::ferror(full.get()) != 0);
  const Stream dead = pipe_without_reader();
  put(dead.get(), "to nobody\n");
  CHECK(std::ferror(dead.get()) != 0);
}

}  // namespace moderato
