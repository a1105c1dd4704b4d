# SPDX-License-Identifier: Apache-2.0
# whole grids of rx-usecs are measured on PFs and VFs under sockets and RDMA, and their records leave the guest
# limit: 14400
# run: asked
# By tests/landscapes/record.sh.
. "$TESTBED/guest/recording.sh"
for link in pf vf; do
  start_$link
  record $link usecs-sockets
  record $link usecs-verbs
  ends_have $link rx-usecs 3
done
