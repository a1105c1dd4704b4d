# SPDX-License-Identifier: Apache-2.0
# a search with a tenth of the trials finds on PFs and VFs what the grid of rx-usecs finds
# limit: 7200
# run: asked
. "$TESTBED/guest/grids.sh"
for link in pf vf; do
  case $link in
  pf) echo "$igb_space" ;;
  vf) echo "$igbvf_space" ;;
  esac >space.json
  start_$link
  finds_what_the_grid_finds $link 6
  ends_have $link rx-usecs 3
done
