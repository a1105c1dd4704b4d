# SPDX-License-Identifier: Apache-2.0
# modnic moves its time by the rule of mlx4: low for small packets, high at a high rate, each sample-interval
start_modnic_hosts adaptive_rx=1 rx_usecs=16 rx_frames=88
set_both rx-usecs-low 10 rx-usecs-high 400 pkt-rate-low 1000 pkt-rate-high 2000
now_is() { [ "$(counter modnic0 rx_usecs_now)" = "$1" ]; }
flood() { in_host hB ping -f -q -w "$1" -l 100 -s "$2" 10.2.0.1 >/dev/null; }

flood 2 1400 &
eventually 2 now_is 400
wait
eventually 2 now_is 10
flood 2 64 &
sleep 1
now_is 10 || fail "many small packets got $(counter modnic0 rx_usecs_now) us"
wait

# Not looked at before the sample-interval is over.
ethtool -C modnic0 sample-interval 3 rx-usecs-low 20
sleep 1
now_is 10 || fail "it moved before the sample-interval was over"
eventually 4 now_is 20

# rx-usecs counts again when the mode is off.
ethtool -C modnic0 adaptive-rx off
now_is 16 || fail "it has $(counter modnic0 rx_usecs_now) us without the mode"
