# SPDX-License-Identifier: Apache-2.0
# collective operations over shared receive queues, of 2, 4, 8 and 3 ranks, polling and blocking
# limit: 600
. "$TESTBED/guest/verbs.sh"
start_modnic adaptive_rx=0 rx_usecs=0 rx_frames=1
for completion in polling blocking; do
  for ranks in 2 4 8; do
    measure 20 $ranks barrier --completion $completion --yield on --addresses 10.2.0.1,10.2.0.2
  done
done
for mode in bcast allgather alltoall allreduce; do
  measure 20 3 $mode --completion blocking --size 5000
done
measure 20 4 allreduce --completion polling --yield on --size 4
# A barrier of two waits for one message: with a window, for that.
set_both rx-usecs 500 rx-frames 88
measure 20 2 barrier --completion blocking
within 450000 "$median" 1600000 "ns of a barrier at rx-usecs 500"

refused 1 "is no multiple" 2 allreduce --size 7
refused 1 "there must be 2 to 64 ranks" 1 barrier
