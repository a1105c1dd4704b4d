# SPDX-License-Identifier: Apache-2.0
# whole grids of rx-usecs are measured on PFs under sockets, and their records leave the guest
# limit: 14400
# run: asked
# By tests/landscapes/record.sh.
. "$TESTBED/guest/recording.sh"
start_pf
record pf usecs-sockets
ends_have pf rx-usecs 3
