# SPDX-License-Identifier: Apache-2.0
# an SRQ limit that is too low drains the queue (RNR NAKs), one that is too high floods events
. "$TESTBED/guest/verbs.sh"
start_modnic adaptive_rx=0 rx_usecs=20 rx_frames=88
srq() { measure 1000 2 srq --completion blocking --window 32 --srq-size 32 --srq-limit "$1" --addresses 10.2.0.1,10.2.0.2; }
srq 1
low_naks=$(counted rnr_naks) low_events=$(counted limit_events)
srq 31
[ "$low_naks" -gt "$(counted rnr_naks)" ] || fail "no more RNR NAKs with limit 1 than with 31"
[ "$(counted limit_events)" -gt $((2 * low_events)) ] || fail "no more events with limit 31 than with 1"

refused "srq-limit" 2 srq --srq-size 8 --srq-limit 8
refused "srq-limit" 2 srq --srq-size 8 --srq-limit 0
