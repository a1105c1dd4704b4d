# SPDX-License-Identifier: Apache-2.0
# moderato-verbs measures every operation, polling and blocking, and sees the moderation of modnic, PFs and VFs
. "$TESTBED/guest/verbs.sh"

# Both ways wait for an interrupt, one after the other; acknowledgements wait beside them.
both_ways() { within 400000 "$median" 650000 "ns of a round trip at rx-usecs 200"; }

start_modnic adaptive_rx=0 rx_usecs=200 rx_frames=88
for completion in polling blocking; do
  for mode in write read fetch-add compare-swap send "send --transport ud"; do
    # shellcheck disable=SC2086  # a list of words
    measure 100 2 $mode --completion $completion --yield on --addresses 10.2.0.1,10.2.0.2
    both_ways
  done
done
equal "$(counted lost)" 0 "lost datagrams"

# In pieces, out of the registered memory, and of the smallest size.
set_both rx-usecs 0 rx-frames 1
measure 4 2 write --completion blocking --size 1
measure 4 2 write --completion blocking --size 1000000
measure 4 2 send --completion blocking --size 5000 --inline off
measure 4 2 read --completion blocking --size 7
equal "$(counted inline)" 0 "whether reads are inline"

start_pf
measure 100 2 send --completion blocking --addresses 10.1.0.1,10.1.0.2
start_vf
set_ends vf rx-usecs 200
measure 100 2 send --completion blocking
within 350000 "$median" 1000000 "ns of a round trip between VFs at rx-usecs 200"
