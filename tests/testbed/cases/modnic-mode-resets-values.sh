# SPDX-License-Identifier: Apache-2.0
# what a mode resets although nobody asked for it (old mlx5) has its value again, after apply and after restore
start_modnic_hosts adaptive_rx=0 mode_resets=1
ethtool -C modnic0 rx-usecs 30 rx-frames 7 tx-usecs 5 tx-frames 3
write_profile profile.json modnic0 '{"adaptive-rx": 1}'
expect 0 "$moderato" apply profile.json
equal "$(coalesce modnic0 tx-usecs) $(coalesce modnic0 tx-frames)" "5 3" "tx-usecs and tx-frames"

# The last value fails, after the mode has gone off and reset everything.
ethtool -C modnic0 rx-usecs 30 rx-frames 7
write_profile profile.json modnic0 '{"adaptive-rx": 0, "rx-usecs": 9000}'
expect 1 "$moderato" apply profile.json
says "times are at most 8191 us"
ethtool -c modnic0 | grep -q '^Adaptive RX: on' || fail "the adaptive mode did not come back"
equal "$(coalesce modnic0 rx-usecs) $(coalesce modnic0 rx-frames)" "30 7" "rx-usecs and rx-frames"
equal "$(coalesce modnic0 tx-usecs) $(coalesce modnic0 tx-frames)" "5 3" "tx-usecs and tx-frames"
