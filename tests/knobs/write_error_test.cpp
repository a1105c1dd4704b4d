// SPDX-License-Identifier: Apache-2.0
#include "knobs/write_error.hpp"

#include <doctest/doctest.h>

#include <cerrno>

using namespace moderato;

TEST_CASE("a refused write tells netdev, settings, errno and the kernel's words") {
  const auto error = write_error("eth0", {{"rx-frames", 1}, {"rx-usecs", 8}}, EINVAL, "too few");
  CHECK(error.message == "eth0 does not take rx-frames=1 rx-usecs=8: Invalid argument: too few");
  CHECK(error.fault == Fault::runtime);
  CHECK(write_error("eth0", {{"rx-usecs", 8}}, ERANGE, "").message ==
        "eth0 does not take rx-usecs=8: Numerical result out of range");
}

TEST_CASE("every errno that drivers answer with has its own remedy") {
  CHECK(write_error("e", {}, EPERM, "").remedy.find("root") != std::string::npos);
  CHECK(write_error("e", {}, EOPNOTSUPP, "").fault == Fault::unsupported);
  for (const int number : {EPERM, EOPNOTSUPP, EINVAL, ERANGE, ENODEV, EBUSY, EROFS})
    CHECK_FALSE(write_error("e", {}, number, "").remedy.empty());
  CHECK(write_error("e", {}, ERANGE, "").remedy != write_error("e", {}, EINVAL, "").remedy);
}
