# SPDX-License-Identifier: Apache-2.0
# a driver that takes a setting and keeps the old one is found out by apply, with nothing left to restore
start_modnic_hosts adaptive_rx=0 rx_usecs=16 rx_frames=88 deaf=1
write_profile profile.json modnic0 '{"rx-usecs": 40}'
expect 1 "$moderato" apply profile.json
says "rx-usecs = 40 but shows 16"
expect 0 "$moderato" restore
says "nothing to restore"
