# SPDX-License-Identifier: Apache-2.0
# an SRQ limit that is too low drains the queue (RNR NAKs), one that is too high floods events
. "$TESTBED/guest/verbs.sh"
# Four messages come at a time, and then nobody but the reader has anything to do until the sender has its interrupt.
# 18 buffers are no multiple of four, so that with limit 1 they run out in the midst of the four.
start_modnic adaptive_rx=0 rx_usecs=3000 rx_frames=88
srq() {
  measure 600 2 srq --completion blocking --window 4 --srq-size 18 --srq-limit "$1" --addresses 10.2.0.1,10.2.0.2
  naks=$(counted rnr_naks) events=$(counted limit_events)
}
srq 8
equal "$naks" 0 "RNR NAKs with limit 8"
enough=$events
srq 1
[ "$naks" -ge 3 ] || fail "just $naks RNR NAKs with limit 1"
srq 17
equal "$naks" 0 "RNR NAKs with limit 17"
[ "$events" -gt $((enough * 3 / 2)) ] || fail "$events events with limit 17, $enough with 8"

refused "srq-limit" 2 srq --srq-size 8 --srq-limit 8
refused "srq-limit" 2 srq --srq-size 8 --srq-limit 0
