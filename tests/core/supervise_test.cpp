// SPDX-License-Identifier: Apache-2.0
// In child processes: supervise() blocks signals for good.
#include "core/supervise.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "temporary_folder.hpp"
#include "waiting.hpp"

namespace moderato {
namespace {

using namespace std::chrono_literals;

pid_t supervisor_of(const Argv& argv) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(supervise(argv).value_or(99));
  return child;
}

int status_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// A shell that writes the number of its own child, which ignores SIGTERM, and waits for it.
Argv stubborn(const std::filesystem::path& file) {
  return {
      "sh", "-c",
      "sh -c 'trap \"\" TERM; echo $$ > " + file.string() + "; while :; do sleep 1; done' & wait"};
}

pid_t number_in(const std::filesystem::path& file) {
  for (int i = 0; i < 6000; ++i) {
    pid_t number = 0;
    if (std::ifstream(file) >> number) return number;
    std::this_thread::sleep_for(10ms);
  }
  return 0;
}

bool ends(pid_t process) {
  for (int i = 0; i < 6000; ++i) {
    if (::kill(process, 0) != 0) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace

TEST_CASE("the status is that of the program, as a shell would say it") {
  CHECK(status_of(supervisor_of({"true"})) == 0);
  CHECK(status_of(supervisor_of({"sh", "-c", "exit 7"})) == 7);
  CHECK(status_of(supervisor_of({"sh", "-c", "kill -9 $$"})) == 128 + SIGKILL);
  CHECK(status_of(supervisor_of({"/no/such/program"})) == 127);
}

TEST_CASE("told to end, it ends all that it has started, also what does not listen") {
  const TemporaryFolder folder;
  const pid_t supervisor = supervisor_of(stubborn(folder.path() / "pid"));
  const pid_t grandchild = number_in(folder.path() / "pid");
  REQUIRE(grandchild > 0);
  ::kill(supervisor, SIGTERM);
  CHECK(status_of(supervisor) == 128 + SIGTERM);
  CHECK(ends(grandchild));
}

TEST_CASE("nothing outlives a program that ends, or that is killed" * waiting) {
  for (const std::string end : {"exit 3", "kill -9 $$"}) {
    CAPTURE(end);
    const TemporaryFolder folder;
    const std::string file = folder.path() / "pid";
    // In a session of its own: no group, no terminal, no parent leads to it.
    const pid_t supervisor = supervisor_of({"sh", "-c",
                                            "setsid sh -c 'trap \"\" TERM; echo $$ > " + file +
                                                "; while :; do sleep 1; done' & while ! [ -s " +
                                                file + " ]; do sleep 0.01; done; " + end});
    const pid_t orphan = number_in(file);
    REQUIRE(orphan > 0);
    CHECK(status_of(supervisor) == (end == "exit 3" ? 3 : 128 + SIGKILL));
    CHECK(::kill(orphan, 0) != 0);
  }
}

TEST_CASE("when its parent is killed, all that it has started ends") {
  const TemporaryFolder folder;
  const pid_t parent = ::fork();
  if (parent == 0) {
    supervisor_of(stubborn(folder.path() / "pid"));
    ::pause();
  }
  const pid_t grandchild = number_in(folder.path() / "pid");
  REQUIRE(grandchild > 0);
  ::kill(parent, SIGKILL);
  status_of(parent);
  CHECK(ends(grandchild));
}

}  // namespace moderato
