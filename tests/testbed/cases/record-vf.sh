# SPDX-License-Identifier: Apache-2.0
# whole grids of rx-usecs are measured on VFs under sockets, and their records leave the guest
# limit: 14400
# run: asked
# By tests/landscapes/record.sh.
. "$TESTBED/guest/recording.sh"
start_vf
record vf usecs-sockets
ends_have vf rx-usecs 3
