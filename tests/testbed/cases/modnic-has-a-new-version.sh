# SPDX-License-Identifier: Apache-2.0
# another version of the driver makes a profile stale, although its values hold
start_modnic_hosts adaptive_rx=0 rx_usecs=40 rx_frames=88
write_profile profile.json modnic0 '{"rx-usecs": 40}'
expect 0 "$moderato" verify profile.json
start_modnic_hosts adaptive_rx=0 rx_usecs=40 rx_frames=88 version=2.0
expect 0 "$moderato" verify profile.json
says "driver_version: 1.0 -> 2.0"
