#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is needed, builds everything, runs all tests, and ends with one summary line.
# Arguments go to ctest: `sh tests/all.sh -L unit` runs the unit tests alone.
. "$(dirname -- "$0")/prepare.sh"

check_host
install_packages ethtool procps binutils
check_namespaces
build_targets all

say "testing"
log=$build/Testing/Temporary/LastTest.log
status=0
ctest --test-dir "$build" --output-on-failure --no-tests=error "$@" || status=$?

# A skipped test says why on a line of its own; a program that died has no summary of its own.
sed -n 's/^SKIPPED: /skipped: /p' "$log"
awk -v status="$status" '
  /^\[doctest\] test cases:/ { gsub(/[|:]/, " "); passed += $5; failed += $7 }
  # The testbed counts its cases itself.
  /^[0-9]+ passed, [0-9]+ failed, (in|of) / { passed += $1; failed += $3 }
  /^SKIPPED: / { skipped++ }
  END {
    if (status != 0 && failed == 0) failed = 1
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    if (ENVIRON["CI"] == "true" && skipped > 0) {
      print "in CI nothing may be skipped" > "/dev/stderr"
      exit 1
    }
    exit status
  }' "$log"
