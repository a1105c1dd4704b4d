// SPDX-License-Identifier: Apache-2.0
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>

int main(int argc, char** argv) {
  // Under `sudo ctest` studies would run their workloads as who called it. Tests say that
  // themselves.
  ::unsetenv("SUDO_UID");
  doctest::Context context(argc, argv);
  return context.run();
}
