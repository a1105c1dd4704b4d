# SPDX-License-Identifier: Apache-2.0
# modnic with dim=1 climbs the ladder of the kernel's DIM, has no low and high times, and stays put when told
start_modnic_hosts dim=1
on_a_rung() { [ "$(counter modnic0 rx_frames_now)" = 256 ]; }
flood() { in_host hB ping -f -q -w "$1" -l 100 10.2.0.1 >/dev/null; }

equal "$(coalesce modnic0 rx-usecs-low)" n/a rx-usecs-low
expect 1 ethtool -C modnic0 rx-usecs-low 5
flood 5 &
eventually 5 on_a_rung
pkill -x ping
wait
equal "$(coalesce modnic0 rx-usecs) $(coalesce modnic0 rx-frames)" "16 88" "settings behind the rung"

write_profile profile.json modnic0 '{"adaptive-rx": 0, "rx-usecs": 40, "rx-frames": 8}'
expect 0 "$moderato" apply profile.json
flood 1
equal "$(counter modnic0 rx_usecs_now) $(counter modnic0 rx_frames_now)" "40 8" "in force without DIM"
expect 0 "$moderato" verify profile.json
