# SPDX-License-Identifier: Apache-2.0
# soft-RoCE on modnic waits for its interrupts as it says, and the driver can go from under it
pingpong() {
  ibv_rc_pingpong -d rxe0 -g 1 -e -n 200 -s 64 >server &
  sleep 1
  expect 0 ibv_rc_pingpong -d rxe1 -g 1 -e -n 200 -s 64 10.2.0.1
  wait $!
  usecs=$(sed -n 's/.* = \([0-9]*\).* usec\/iter/\1/p' out)
}
start_modnic adaptive_rx=0 rx_usecs=0 rx_frames=1
pingpong
fast=$usecs
set_both rx-usecs 500 rx-frames 88
pingpong
# Data wait once in either direction; acknowledgements wait beside them.
within $((1000 + fast / 2)) "$usecs" $((1000 + 4 * fast)) "us for a round trip at rx-usecs 500"

rmmod modnic
[ -z "$(rdma link show)" ] || fail "an RDMA device is left without its netdev"
