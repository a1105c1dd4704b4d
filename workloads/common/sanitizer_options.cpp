// SPDX-License-Identifier: Apache-2.0
// Part of sanitized builds alone. Open MPI leaks, from modules that it has unloaded by the end, so
// that no suppression can name them; every run would fail at its end.
extern "C" const char* __asan_default_options();  // NOLINT(bugprone-reserved-identifier)

extern "C" const char* __asan_default_options() {  // NOLINT(bugprone-reserved-identifier)
  return "detect_leaks=0";
}
