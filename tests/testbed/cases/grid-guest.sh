# SPDX-License-Identifier: Apache-2.0
# a search with a tenth of the trials finds on a VF in a virtual machine what the grid of rx-usecs finds
# machine: nested
# limit: 7200
# run: asked
. "$TESTBED/guest/inner.sh"
. "$TESTBED/guest/grids.sh"
echo "$igbvf_space" >space.json
start_guest
finds_what_the_grid_finds guest 6
