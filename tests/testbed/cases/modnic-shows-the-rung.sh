# SPDX-License-Identifier: Apache-2.0
# a driver that shows DIM's value of the moment is not read back while adaptive, and gets the value behind it back
start_modnic_hosts dim=1 show_rung=1 rx_usecs=16 rx_frames=88
in_host hB ping -f -q -w 60 -l 100 10.2.0.1 >/dev/null &
flood=$!
on_a_rung() { [ "$(coalesce modnic0 rx-frames)" = 256 ]; }
eventually 10 on_a_rung

# The moment's value is in the snapshot; the second value fails, so that all is put back.
write_profile profile.json modnic0 '{"adaptive-rx": 0, "rx-usecs": 9000}'
expect 1 "$moderato" apply profile.json
says "times are at most 8191 us"
ethtool -c modnic0 | grep -q '^Adaptive RX: on' || fail "the adaptive mode did not come back"
eventually 10 on_a_rung
echo 0 >/sys/module/modnic/parameters/show_rung
equal "$(coalesce modnic0 rx-usecs) $(coalesce modnic0 rx-frames)" "16 88" "behind the adaptive mode"
echo 1 >/sys/module/modnic/parameters/show_rung

write_profile profile.json modnic0 '{"adaptive-rx": 1, "rx-usecs": 40, "rx-frames": 8}'
expect 0 "$moderato" apply profile.json
eventually 10 on_a_rung
expect 0 "$moderato" verify profile.json
kill "$flood"
