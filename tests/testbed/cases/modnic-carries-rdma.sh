# SPDX-License-Identifier: Apache-2.0
# soft-RoCE on modnic waits for its interrupts as it says, and the driver can go from under it
. "$TESTBED/guest/rdma.sh"
start_modnic adaptive_rx=0 rx_usecs=0 rx_frames=1
verbs_pingpong ibv_rc_pingpong 10.2.0.1
fast=$usecs
set_both rx-usecs 500 rx-frames 88
verbs_pingpong ibv_rc_pingpong 10.2.0.1
# Data wait once in either direction; acknowledgements wait beside them.
within 1000 "$usecs" $((1000 + 4 * fast)) "us for a round trip at rx-usecs 500"

rmmod modnic
[ -z "$(rdma link show)" ] || fail "an RDMA device is left without its netdev"
