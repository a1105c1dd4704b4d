// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "core/children.hpp"
#include "core/fd.hpp"
#include "core/user.hpp"

extern char** environ;

namespace moderato {
namespace {

std::unexpected<Error> failed(std::string_view what, const User& user) {
  return std::unexpected(system_error(fmt::format("{} of user '{}'", what, user.name), errno));
}

/// Who has the terminal of root as his own could type into it (TIOCSTI). The leader of a session
/// keeps it: nobody else is in there, and it would be sent SIGHUP.
void leave_terminal() {
  if (::getsid(0) == ::getpid()) return;
  const Fd terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (terminal.valid()) ::ioctl(terminal.get(), TIOCNOTTY);
}

/// The keys in the caller's session keyring are not for the user. A kernel without keys has none.
void leave_keyring() {
  ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
}

Result<void> drop_capabilities(const User& user) {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capset, &header, none) != 0) return failed("drop the capabilities", user);
  return {};
}

/// The bounding set stays: programs that have capabilities by their file need it.
Result<void> drop(const User& user) {
  if (::initgroups(user.name.c_str(), user.gid) != 0) return failed("take the groups", user);
  if (::setresgid(user.gid, user.gid, user.gid) != 0) return failed("take the group", user);
  if (::setresuid(user.uid, user.uid, user.uid) != 0) return failed("take the number", user);
  if (auto dropped = drop_capabilities(user); !dropped) return dropped;
  if (::setuid(0) == 0)
    return fail(Fault::runtime, fmt::format("user '{}' can become root again", user.name));
  return {};
}

/// Whoever started this has asked to take it along when it dies; the kernel forgets that with the
/// change of user.
Result<void> become(const User& user) {
  const pid_t parent = ::getppid();
  int death_signal = 0;
  ::prctl(PR_GET_PDEATHSIG, &death_signal);
  leave_terminal();
  leave_keyring();
  if (auto dropped = drop(user); !dropped) return dropped;
  ::prctl(PR_SET_PDEATHSIG, death_signal);
  if (death_signal != 0 && ::getppid() != parent)
    return fail(Fault::runtime, "who started this has ended already");
  return {};
}

bool may_write(const std::string& folder) {
  return ::access(folder.c_str(), W_OK | X_OK) == 0;
}

/// One that nobody else can have put anything into.
bool go_to_own_folder(const User& user) {
  const std::string folder = fmt::format("/tmp/moderato-{}", user.uid);
  ::mkdir(folder.c_str(), 0700);
  struct stat info {};
  return ::lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == user.uid &&
         (info.st_mode & 077) == 0 && ::chdir(folder.c_str()) == 0;
}

Result<void> go_to_writable_folder(const User& user) {
  if (may_write(".")) return {};
  if (may_write(user.home) && ::chdir(user.home.c_str()) == 0) return {};
  if (go_to_own_folder(user)) return {};
  return fail(Fault::runtime,
              fmt::format("user '{}' may write neither here nor his home '{}' nor /tmp/moderato-{}",
                          user.name, user.home, user.uid),
              "start moderato in a folder that this user may write");
}

std::vector<std::string> own_environment() {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry)
    entries.emplace_back(*entry);
  return entries;
}

void set_environment(const std::vector<std::string>& entries) {
  ::clearenv();
  for (const std::string& entry : entries) {
    const auto equals = entry.find('=');
    ::setenv(entry.substr(0, equals).c_str(), entry.substr(equals + 1).c_str(), 1);
  }
  const char* temporary = std::getenv("TMPDIR");
  if (temporary != nullptr && !may_write(temporary)) ::unsetenv("TMPDIR");
}

Result<void> check_possible(const User& user) {
  if (user.uid == 0)
    return fail(Fault::usage, fmt::format("user '{}' is root here", user.name),
                "name a user that has no privileges");
  if (::geteuid() == 0 || (::getuid() == user.uid && ::geteuid() == user.uid)) return {};
  return fail(Fault::usage,
              fmt::format("user {} cannot become '{}': only root can", ::geteuid(), user.name),
              "start moderato with sudo");
}

}  // namespace

Error execute_as(const User& user, const Argv& argv) {
  if (auto possible = check_possible(user); !possible) return possible.error();
  if (::geteuid() == 0) {
    if (auto done = become(user); !done) return done.error();
  }
  if (auto there = go_to_writable_folder(user); !there) return there.error();
  set_environment(environment_for(user, own_environment()));
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  const auto words = pointers(argv);
  ::execvp(words[0], words.data());
  return system_error(fmt::format("start '{}' as user '{}'", argv[0], user.name), errno,
                      "it has to be installed, on PATH, and open to this user");
}

}  // namespace moderato
