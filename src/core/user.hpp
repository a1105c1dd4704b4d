// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/link.hpp"
#include "core/result.hpp"

namespace moderato {

/// Somebody whom the host knows (getpwnam(3)).
struct User {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string home;
  std::string shell;  ///< "/bin/sh" where the user's own lets nobody in (nologin)
};

/// As whom somebody's programs run.
struct RunAs {
  std::string name;
  bool change = false;  ///< it is another one who starts them

  std::string whom_to_become() const { return change ? name : ""; }
};

/// By name, or else by number. Who is not in the user database has no groups, and is refused.
Result<User> find_user(const std::string& name_or_number);

/// The name of who runs this process; its number where the host knows none.
std::string own_user_name();

/// What of `entries` ("NAME=value") goes on to programs of `user`: what loaders, libraries of MPI
/// and fabrics, and schedulers read, by a list of names. Anything else may be a secret of the
/// caller. HOME, USER, LOGNAME and SHELL are those of `user`; of PATH only absolute folders stay.
std::vector<std::string> environment_for(const User& user, const std::vector<std::string>& entries);

/// Becomes `user` for good: groups, user, no capability, no terminal, no keyring and no file but
/// stdin, stdout and stderr; limits stay, that of locked memory above all. Then goes to a folder
/// that the user may write (here, else home, else one of his own below /tmp) and executes `argv`
/// with environment_for(). Returns only if that fails. Only root can, or the user himself; and
/// `user` is not root.
///
/// no_new_privs stays off: whatever has privileges by its file, the user could start from his own
/// shell as well, and `ping` has.
Error execute_as(const User& user, const Argv& argv);

}  // namespace moderato
