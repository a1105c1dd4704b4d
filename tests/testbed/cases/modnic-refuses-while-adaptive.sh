# SPDX-License-Identifier: Apache-2.0
# a driver that refuses a time while adaptive gets it with the mode off, for that moment only
start_modnic_hosts adaptive_rx=1 rx_usecs=16 refuse_while_adaptive=1
write_profile profile.json modnic0 '{"adaptive-rx": 1, "rx-usecs": 40, "rx-usecs-low": 5}'
expect 1 ethtool -C modnic0 rx-usecs 40
expect 0 "$moderato" apply profile.json
equal "$(coalesce modnic0 rx-usecs)" 40 "rx-usecs behind the adaptive mode"
equal "$(coalesce modnic0 rx-usecs-low)" 5 "rx-usecs-low"
ethtool -c modnic0 | grep -q '^Adaptive RX: on' || fail "the adaptive mode did not come back"
