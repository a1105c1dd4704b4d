# SPDX-License-Identifier: Apache-2.0
# modnic delays receive interrupts by rx-usecs and rx-frames as it says, and refuses with words what cannot be
start_modnic_hosts adaptive_rx=0

# A ping is alone on its way: it waits the whole time at either end.
set_both rx-usecs 0 rx-frames 1
fast=$(round_trip 10.2.0.2)
for usecs in 50 500; do
  set_both rx-usecs "$usecs" rx-frames 88
  moderated=$(round_trip 10.2.0.2)
  within $((2 * usecs + fast / 2)) "$moderated" $((2 * usecs + 2 * fast + 20)) "round trip at rx-usecs $usecs"
done
set_both rx-usecs 500 rx-frames 1
unmoderated=$(round_trip 10.2.0.2)
within 1 "$unmoderated" $((2 * fast)) "round trip at rx-frames 1"

# 40 frames at once, 8 an interrupt, and a time that never comes to pass.
set_both rx-usecs 8000 rx-frames 8
before=$(counter modnic0 rx_interrupts_by_frames)
in_host hB ping -q -c 40 -l 40 -s 8 10.2.0.1 || :
within 4 $(($(counter modnic0 rx_interrupts_by_frames) - before)) 6 "interrupts for 40 frames"

expect 1 ethtool -C modnic0 rx-usecs 9000
says "times are at most 8191 us"
expect 1 ethtool -C modnic0 tx-frames 2000
says "frames are at most 1024"
expect 1 ethtool -C modnic0 rx-usecs 0 rx-frames 0
says "rx-usecs and rx-frames are both 0"
expect 1 ethtool -C modnic0 rx-usecs-low 500
says "rx-usecs-low is above rx-usecs-high"
