# SPDX-License-Identifier: Apache-2.0
# the shipped policy micro runs with its whole space and all its workloads on modnic, PFs and VFs
# limit: 3600
# run: asked
start_modnic adaptive_rx=1 rx_usecs=16 rx_frames=88
searches_whole_policy micro modnic '["adaptive-rx","rx-frames","rx-usecs","rx-usecs-high","rx-usecs-low"]' 11
ends_have modnic rx-usecs 16
for link in pf vf; do
  start_$link
  searches_whole_policy micro $link '["rx-usecs"]' 3
  ends_have $link rx-usecs 3
done
