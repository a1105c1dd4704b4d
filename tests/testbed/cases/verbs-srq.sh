# SPDX-License-Identifier: Apache-2.0
# an SRQ limit that is too low drains the queue (RNR NAKs), one that is too high floods events
. "$TESTBED/guest/verbs.sh"
# Messages come WINDOW at a time, and then nobody but the reader has anything to do until the sender has its interrupt.
start_modnic adaptive_rx=0 rx_usecs=3000 rx_frames=88
srq() { # LIMIT WINDOW ITERATIONS
  measure "$3" 2 srq --completion blocking --window "$2" --srq-size 18 --srq-limit "$1" --addresses 10.2.0.1,10.2.0.2
  naks=$(counted rnr_naks) events=$(counted limit_events) empty=$(counted empty_us)
}
# 18 buffers take the first sixteen; with limit 1 they run out at the second of the next sixteen, and stay out until the
# refill comes. Whether one of the fourteen is faster than the refill, and turned away, is a race: in twelve runs 2 to 132
# RNR NAKs with limit 1, 0 to 4 with limit 8, and once, later, none with limit 1: three runs have one. How long there was
# no buffer is no race: 468 to 676 us, and 0 to 10.
srq 8 16 2400
seldom=$empty
for run in 1 2 3; do
  srq 1 16 2400
  [ "$naks" -ge 1 ] && break
done
[ "$empty" -ge $((100 + 10 * seldom)) ] || fail "without a buffer for just $empty us with limit 1, $seldom with 8"
[ "$naks" -ge 1 ] || fail "no RNR NAK with limit 1, in $run runs"
# An event for each of four is more than one for eight.
srq 8 4 600
equal "$naks" 0 "RNR NAKs with limit 8"
enough=$events
srq 17 4 600
equal "$naks" 0 "RNR NAKs with limit 17"
[ "$events" -gt $((enough * 3 / 2)) ] || fail "$events events with limit 17, $enough with 8"

refused 1 "srq-limit" 2 srq --srq-size 8 --srq-limit 8
refused 1 "srq-limit" 2 srq --srq-size 8 --srq-limit 0
