// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "cli/commands.hpp"
#include "cli/installation.hpp"
#include "core/user.hpp"
#include "workload/door.hpp"

namespace moderato {

namespace {

/// What is to be run.
Result<Argv> run_as_words(const std::vector<std::string>& words) {
  if (words.size() == 4 && words[1] == "--line") return line_from(words[2], words[3]);
  if (words.size() > 2 && words[1] == "--") return Argv{words.begin() + 2, words.end()};
  return fail(Fault::usage, "run-as USER (-- WORD... | --line SHELL DIGITS)",
              "`moderato tune --run-as USER` calls this");
}

}  // namespace

int run_as_command(const std::vector<std::string>& words) {
  auto argv = run_as_words(words);
  if (!argv) return report_error(argv.error());
  auto user = find_user(words[0]);
  if (!user) return report_error(user.error());
  return report_error(execute_as(*user, *argv));
}

int door_command(const std::vector<std::string>& words) {
  const auto divide = std::ranges::find(words, "--");
  if (divide == words.begin() || std::distance(divide, words.end()) < 2)
    return report_error(
        {Fault::usage, "door USER MAP... -- WORD...", "`moderato tune --run-as USER` calls this"});
  auto user = find_user(words[0]);
  if (!user) return report_error(user.error());
  const Door door{*user, {words.begin() + 1, divide}, find_installation().moderato};
  auto status = keep_door(door, {divide + 1, words.end()});
  return status ? *status : report_error(status.error());
}

int knock_command(const std::vector<std::string>& words) {
  const char* name = std::getenv(door_variable);
  if (name == nullptr || words.size() < 2)
    return report_error({Fault::usage, "knock HOST WORD...", "mpirun calls this; people do not"});
  auto status = knock(name, {words[0], {words.begin() + 1, words.end()}});
  return status ? *status : report_error(status.error());
}

}  // namespace moderato
