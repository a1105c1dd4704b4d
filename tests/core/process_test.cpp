// SPDX-License-Identifier: Apache-2.0
#include "core/process.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>

#include "core/file.hpp"
#include "waiting.hpp"

using namespace moderato;
using namespace std::chrono_literals;

namespace {

RunResult run_shell(const std::string& script, const RunLimits& limits = {}) {
  auto result = run({{"sh", "-c", script}, {}}, limits);
  REQUIRE(result);
  return *result;
}

/// Whether the process is there and no zombie.
bool runs(int pid) {
  const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  return stat && stat->find(") Z ") == std::string::npos;
}

}  // namespace

TEST_CASE("output, errors and status of a program are kept apart") {
  const auto result = run_shell("echo out; echo err >&2; exit 7");
  CHECK(result.end == RunEnd::exited);
  CHECK(result.status == 7);
  CHECK(result.out == "out\n");
  CHECK(result.err == "err\n");
}

TEST_CASE("a program that does not exist is an error that names it") {
  const auto result = run({{"/no/such/program"}, {}}, {});
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "start '/no/such/program': No such file or directory");
}

TEST_CASE("the environment is added to") {
  auto result = run({{"sh", "-c", "echo $MODERATO_X $HOME"}, {{"MODERATO_X", "a=b"}}}, {});
  REQUIRE(result);
  CHECK(result->out == std::string("a=b ") + std::getenv("HOME") + "\n");
}

TEST_CASE("a program that never ends is ended, with what it started" * waiting) {
  const auto result = run_shell("sleep 1000 & echo $!; wait", {.timeout = 1s});
  CHECK(result.end == RunEnd::timed_out);
  const int grandchild = std::stoi(result.out);
  for (int i = 0; i < 6000 && runs(grandchild); ++i)
    ::usleep(10'000);
  CHECK_FALSE(runs(grandchild));
}

TEST_CASE("a program that ignores SIGTERM is killed" * waiting) {
  const auto result =
      run_shell("trap '' TERM; while :; do sleep 0.1; done", {.timeout = 1s, .grace = 0s});
  CHECK(result.end == RunEnd::timed_out);
  CHECK(result.status == SIGKILL);
}

TEST_CASE("a program that floods its output is stopped") {
  const auto result = run_shell("yes", {.timeout = 20s, .max_output = 1 << 20});
  CHECK(result.end == RunEnd::too_much_output);
}

TEST_CASE("death by a signal is told as such") {
  const auto result = run_shell("kill -SEGV $$");
  CHECK(result.end == RunEnd::signalled);
  CHECK(result.status == SIGSEGV);
  CHECK(describe(result, {}) == "killed by signal 11 (Segmentation fault)");
}

TEST_CASE("an interruption ends the program at once") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], "x", 1) == 1);
  const auto result = run_shell("sleep 1000", {.timeout = 60s, .interrupt_fd = ends[0]});
  CHECK(result.end == RunEnd::interrupted);
  CHECK(result.seconds < 50);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("only the end of a flood on stderr is kept") {
  const auto result = run_shell("yes x | head -c 300000 >&2; echo last >&2");
  CHECK(result.err.size() <= 65536);
  CHECK(result.err.ends_with("last\n"));
}

TEST_CASE("a child that lives on has a session of its own") {
  auto child =
      start({{"sh", "-c", "ps -o sid= -p $$"}, {}}, Stderr::capture, OnParentDeath::live_on);
  REQUIRE(child);
  char text[64] = "";
  REQUIRE(::read(child->out.get(), text, sizeof text - 1) > 0);
  CHECK(std::stoi(text) == child->pid);
}
