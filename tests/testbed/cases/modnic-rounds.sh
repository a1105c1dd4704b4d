# SPDX-License-Identifier: Apache-2.0
# a driver that rounds without a word is read back, the difference is told, and the old value put back
start_modnic_hosts adaptive_rx=0 rx_usecs=16 rx_frames=88 round_to=8
write_profile profile.json modnic0 '{"rx-usecs": 50}'
expect 1 "$moderato" apply profile.json
says "rx-usecs = 50 but shows 48"
equal "$(coalesce modnic0 rx-usecs)" 16 "rx-usecs after a rounded value"
write_profile profile.json modnic0 '{"rx-usecs": 48}'
expect 0 "$moderato" apply profile.json
equal "$(coalesce modnic0 rx-usecs)" 48 rx-usecs
