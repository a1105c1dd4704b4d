# SPDX-License-Identifier: Apache-2.0
# Sourced by cases after lib.sh: verbs programs between rxe0 and rxe1.

listens() { ss -ltn | grep -q ':18515 '; }

# verbs_pingpong PROGRAM ADDRESS_OF_RXE0: 200 round trips that wait for completion events; $usecs is the
# time of one.
verbs_pingpong() {
  "$1" -d rxe0 -g 1 -e -n 200 -s 64 >server &
  # Left alive it would hold its RDMA device, and the netdev below could not go.
  trap "kill $! 2>/dev/null || :" EXIT
  eventually 20 listens
  expect 0 "$1" -d rxe1 -g 1 -e -n 200 -s 64 "$2"
  wait $!
  usecs=$(sed -n 's/.* = \([0-9]*\).* usec\/iter/\1/p' out)
}
