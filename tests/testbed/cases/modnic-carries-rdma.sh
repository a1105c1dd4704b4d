# SPDX-License-Identifier: Apache-2.0
# soft-RoCE on modnic waits for its interrupts as it says, and the driver can go from under it
listens() { ss -ltn | grep -q ':18515 '; }
pingpong() {
  ibv_rc_pingpong -d rxe0 -g 1 -e -n 200 -s 64 >server &
  # Left alive it would hold its RDMA device, and the netdev below could not go.
  trap "kill $! 2>/dev/null || :" EXIT
  eventually 20 listens
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
within 1000 "$usecs" $((1000 + 4 * fast)) "us for a round trip at rx-usecs 500"

rmmod modnic
[ -z "$(rdma link show)" ] || fail "an RDMA device is left without its netdev"
