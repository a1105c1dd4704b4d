// SPDX-License-Identifier: Apache-2.0
#include "core/user.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>

using namespace moderato;

namespace {

const User alice{"alice", 1000, 1000, "/home/alice", "/bin/bash"};

/// What she gets of `entries`, without the four that are hers.
std::vector<std::string> passed_on(const std::vector<std::string>& entries) {
  auto result = environment_for(alice, entries);
  std::erase_if(result, [](const std::string& entry) {
    return entry == "HOME=/home/alice" || entry == "USER=alice" || entry == "LOGNAME=alice" ||
           entry == "SHELL=/bin/bash";
  });
  return result;
}

bool has(const std::vector<std::string>& entries, const std::string& entry) {
  return std::ranges::find(entries, entry) != entries.end();
}

}  // namespace

TEST_CASE("a user is found by name and by number") {
  for (const char* who : {"root", "0"}) {
    const auto user = find_user(who);
    REQUIRE(user);
    CHECK(user->name == "root");
    CHECK(user->uid == 0);
    CHECK(user->home != "");
  }
}

TEST_CASE("who is not in the user database is refused, by name and by number") {
  for (const char* who :
       {"no-such-user", "3999999999", "", "-1", "99999999999999", "0x0", "root "}) {
    CAPTURE(who);
    const auto user = find_user(who);
    REQUIRE_FALSE(user);
    CHECK(user.error().fault == Fault::usage);
    CHECK(user.error().message == "there is no user '" + std::string(who) + "' here");
    CHECK(user.error().remedy.find("getent passwd") != std::string::npos);
  }
}

TEST_CASE("a shell that lets nobody in is replaced") {
  const auto nobody = find_user("nobody");
  REQUIRE(nobody);
  CHECK(nobody->shell == "/bin/sh");
}

TEST_CASE("home, name and shell are the user's, whatever the caller's were") {
  const auto got = environment_for(
      alice, {"HOME=/root", "USER=root", "LOGNAME=root", "SHELL=/bin/zsh", "MAIL=/var/mail/root"});
  for (const char* entry : {"HOME=/home/alice", "USER=alice", "LOGNAME=alice", "SHELL=/bin/bash"})
    CHECK_MESSAGE(std::ranges::count(got, entry) == 1, entry);
  CHECK(got.size() == 5);
  CHECK(got.front().starts_with("PATH="));
}

TEST_CASE("what is not known to be harmless does not go on") {
  for (const char* entry :
       {"SUDO_UID=1000", "SUDO_USER=alice", "SUDO_COMMAND=x", "SSH_AUTH_SOCK=/tmp/agent",
        "AWS_SECRET_ACCESS_KEY=x", "SLURM_JWT=x", "KRB5CCNAME=/tmp/krb5cc_0", "LD_PRELOAD=/x.so",
        "XDG_RUNTIME_DIR=/run/user/0", "BASH_ENV=/root/x", "OMPI_ALLOW_RUN_AS_ROOT=1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1", "no equals sign", "PATHS=/x", "OMP=1"})
    CHECK_MESSAGE(passed_on({entry, "PATH=/bin"}) == std::vector<std::string>{"PATH=/bin"}, entry);
}

TEST_CASE("what MPI, fabrics and schedulers read goes on") {
  for (const char* entry :
       {"OMPI_MCA_btl=tcp,self", "PRTE_MCA_plm=ssh", "UCX_TLS=rc", "MV2_SRQ_LIMIT=30",
        "SLURM_JOB_ID=7", "LANG=C", "LC_ALL=C", "OMP_NUM_THREADS=1", "MODERATO_DOOR=1", "TZ="})
    CHECK_MESSAGE(has(passed_on({entry}), entry), entry);
}

TEST_CASE("of search paths only absolute folders stay") {
  CHECK(has(passed_on({"PATH=/opt/mpi/bin:.::bin:/usr/bin"}), "PATH=/opt/mpi/bin:/usr/bin"));
  CHECK(has(passed_on({"LD_LIBRARY_PATH=:/opt/mpi/lib:lib"}), "LD_LIBRARY_PATH=/opt/mpi/lib"));
  CHECK(passed_on({"LD_LIBRARY_PATH=."}).size() == 1);
}

TEST_CASE("there is always a path") {
  for (const std::vector<std::string>& entries :
       {std::vector<std::string>{}, {"PATH="}, {"PATH=.:bin"}})
    CHECK(passed_on(entries) == std::vector<std::string>{"PATH=/usr/local/bin:/usr/bin:/bin"});
}

TEST_CASE("nobody is made root") {
  const Error error = execute_as({"toor", 0, 0, "/root", "/bin/sh"}, {"true"});
  CHECK(error.fault == Fault::usage);
  CHECK(error.message == "user 'toor' is root here");
}
