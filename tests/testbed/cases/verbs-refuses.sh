# SPDX-License-Identifier: Apache-2.0
# moderato-verbs says what is wrong with a device, an option or the other side, and never hangs
. "$TESTBED/guest/verbs.sh"
start_modnic adaptive_rx=0 rx_usecs=0 rx_frames=1
refused 1 "there is no RDMA device 'rxe7'; there are rxe0, rxe1" 2 write --devices rxe7
refused 1 "has no RoCE v2 GID for 10.9.9.9" 2 write --addresses 10.9.9.9
refused 1 "no GID 77" 2 write --gid-index 77
refused 1 "there is no port 3 of rxe" 2 write --port 3
refused 1 "a UD message has at most 1024 bytes here, the MTU of port 1 of rxe" 2 send --transport ud --size 1025
refused 1 "make a queue pair of rxe" 2 send --inline on --size 100000
refused 1 "cannot moderate completion queues" 2 send --cq-count 4
refused 2 "there must be two ranks" 3 write

# The other side falls silent in the midst of it.
sent() { cat /sys/class/net/modnic1/statistics/tx_packets; }
sent_since() { [ "$(sent)" -gt $(($1 + 5000)) ]; }
for completion in polling blocking; do
  (eventually 60 sent_since "$(sent)"; ip link set modnic1 down) &
  expect 1 verbs 2 write --completion $completion --iterations 5000000 --yield on
  wait
  grep -qE 'does not answer|has been silent|connection is broken' err || fail "it does not say why"
  refused 1 "not active" 2 write
  ip link set modnic1 up
  ip route replace 10.2.0.1 dev modnic1 src 10.2.0.2
  eventually 20 reaches modnic0 10.2.0.2
done
