// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "core/result.hpp"
#include "core/user.hpp"

namespace moderato {

/// Who started moderato.
struct Caller {
  uid_t uid = 0;
  std::string name;
  std::string sudo_uid;  ///< the variable SUDO_UID; "": not set
};
Caller this_caller();

/// As whom the workloads of a study run. `option` is what --run-as says: whom root names, be it
/// "root"; anybody else can name but himself. Nothing said, it is who called sudo, else the caller.
Result<RunAs> choose_user(const std::string& option, const Caller& caller,
                          const std::function<Result<User>(const std::string&)>& find);

/// The same for a study that goes on, whose workloads have run as `recorded` ("": it is from before
/// that was recorded, so they ran as its caller). Another user is refused: the rounds to come would
/// not be like those on record.
Result<RunAs> choose_user_again(const std::string& option, const std::string& recorded,
                                const Caller& caller,
                                const std::function<Result<User>(const std::string&)>& find);

/// One line for people; "": nothing to say.
std::string describe(const RunAs& run_as, const Caller& caller);

}  // namespace moderato
