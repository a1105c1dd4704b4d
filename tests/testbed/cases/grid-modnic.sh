# SPDX-License-Identifier: Apache-2.0
# a search with a tenth of the trials finds on modnic, and on a cluster of four, what the grid of the paper's knobs finds
# limit: 7200
# run: asked
. "$TESTBED/guest/grids.sh"
echo "$paper_space" >space.json
# Not as shipped: a driver that adapts is as good at bursts as any setting.
start_modnic_hosts adaptive_rx=0 rx_usecs=64 rx_frames=256
finds_what_the_grid_finds modnic 10
ends_have modnic rx-usecs 64
start_cluster adaptive_rx=0 rx_usecs=64 rx_frames=256
finds_what_the_grid_finds cluster 10
