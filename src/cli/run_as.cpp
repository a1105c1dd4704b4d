// SPDX-License-Identifier: Apache-2.0
#include "cli/run_as.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace moderato {
namespace {

using FindUser = std::function<Result<User>(const std::string&)>;

Result<RunAs> as_root_says(const std::string& who, const FindUser& find) {
  auto user = find(who);
  if (!user) return fail(user);
  return RunAs{user->name, user->uid != 0};
}

Result<RunAs> as_sudo_says(const Caller& caller, const FindUser& find) {
  auto run_as = as_root_says(caller.sudo_uid, find);
  if (!run_as)
    return fail(Fault::usage, "SUDO_UID: " + run_as.error().message,
                "say with --run-as whom the workloads run as");
  return run_as;
}

/// Who is not root can only stay who he is.
Result<RunAs> as_anybody_says(const std::string& who, const Caller& caller, const FindUser& find) {
  auto user = find(who);
  if (user && user->uid == caller.uid) return RunAs{caller.name, false};
  if (!user && who == caller.name) return RunAs{caller.name, false};
  if (!user) return fail(user);
  return fail(Fault::usage,
              fmt::format("workloads cannot run as '{}': moderato runs as '{}', and only root can "
                          "become somebody else",
                          who, caller.name),
              "start it with sudo, or leave --run-as out");
}

}  // namespace

Caller this_caller() {
  const char* sudo = std::getenv("SUDO_UID");
  return {::geteuid(), own_user_name(), sudo == nullptr ? "" : sudo};
}

Result<RunAs> choose_user(const std::string& option, const Caller& caller, const FindUser& find) {
  if (!option.empty())
    return caller.uid == 0 ? as_root_says(option, find) : as_anybody_says(option, caller, find);
  if (caller.uid == 0 && !caller.sudo_uid.empty()) return as_sudo_says(caller, find);
  return RunAs{caller.name, false};
}

Result<RunAs> choose_user_again(const std::string& option, const std::string& recorded,
                                const Caller& caller, const FindUser& find) {
  const std::string& before = recorded.empty() ? caller.name : recorded;
  auto run_as = choose_user(option.empty() ? before : option, caller, find);
  if (!run_as || recorded.empty() || run_as->name == recorded) return run_as;
  return fail(Fault::usage,
              fmt::format("the study cannot be resumed with --run-as {}: its workloads have run as "
                          "'{}' so far",
                          option, recorded),
              "leave --run-as out, or start a new study");
}

std::string describe(const RunAs& run_as, const Caller& caller) {
  if (run_as.change) return fmt::format("workloads run as user '{}'", run_as.name);
  if (caller.uid != 0) return "";
  return "workloads run as root; --run-as USER has them run as somebody else";
}

}  // namespace moderato
