# SPDX-License-Identifier: Apache-2.0
# a driver that rounds and shows the odd value (ice) cannot be found out by reading: apply and verify go by what it shows
start_modnic_hosts adaptive_rx=0 rx_usecs=16 rx_frames=88 round_to=100 echo_odd=1
write_profile profile.json modnic0 '{"rx-usecs": 599}'
expect 0 "$moderato" apply profile.json
expect 0 "$moderato" verify profile.json
equal "$(coalesce modnic0 rx-usecs)" 599 "rx-usecs as shown"
equal "$(counter modnic0 rx_usecs_now)" 500 "rx-usecs in force"
