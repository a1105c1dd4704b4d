# SPDX-License-Identifier: Apache-2.0
# what a driver refuses reaches the user in the driver's own words, and nothing has changed
start_modnic_hosts adaptive_rx=0 rx_usecs=16 rx_frames=88
write_profile profile.json modnic0 '{"rx-usecs": 9000, "rx-frames": 1}'
expect 1 "$moderato" apply profile.json
says "times are at most 8191 us"
equal "$(coalesce modnic0 rx-usecs) $(coalesce modnic0 rx-frames)" "16 88" "settings after a refusal"
