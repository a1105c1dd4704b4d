// SPDX-License-Identifier: Apache-2.0
#include "pair/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

constexpr int not_started = 127;

[[noreturn]] void become(const std::vector<std::string>& words, Child::Output output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (output == Child::Output::to_stderr) ::dup2(STDERR_FILENO, STDOUT_FILENO);
  std::vector<char*> pointers;
  for (const std::string& word : words)
    pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  ::execvp(pointers[0], pointers.data());
  ::_exit(not_started);
}

}  // namespace

Child::Child(const std::vector<std::string>& words, Output output)
    : name_(words.front()), pid_(::fork()) {
  if (pid_ < 0) throw_errno("fork");
  if (pid_ == 0) become(words, output);
}

Child::~Child() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Child::check(int status) const {
  if (WIFEXITED(status) && WEXITSTATUS(status) == not_started)
    throw Failure(fmt::format("cannot start '{}'; is it installed on this host?", name_));
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
    throw Failure(fmt::format("'{}' ended with status {}", name_, WEXITSTATUS(status)));
  if (WIFSIGNALED(status))
    throw Failure(fmt::format("'{}' was ended by signal {}", name_, WTERMSIG(status)));
}

void Child::require_running() {
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == 0) return;
  pid_ = -1;
  check(status);
  throw Failure(fmt::format("'{}' ended before anybody had come to it", name_));
}

void Child::require_success(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline)
      throw Failure(fmt::format("'{}' has not ended within {} ms", name_, patience.count()));
    ::usleep(1000);
  }
  pid_ = -1;
  check(status);
}

bool has_listener(const std::string& table, int port) {
  constexpr std::string_view listening = "0A";  // TCP_LISTEN, include/net/tcp_states.h
  const std::string suffix = fmt::format(":{:04X}", port);
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string number, local, remote, state;
    words >> number >> local >> remote >> state;
    if (state == listening && local.ends_with(suffix)) return true;
  }
  return false;
}

bool listens(int port) {
  for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(path);
    std::ostringstream table;
    table << file.rdbuf();
    if (has_listener(table.str(), port)) return true;
  }
  return false;
}

}  // namespace moderato::workloads
