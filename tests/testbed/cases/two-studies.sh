# SPDX-License-Identifier: Apache-2.0
# of two studies of one NIC the second is refused with the owner's name, as are apply and restore; the lock dies with its owner
# limit: 600
write_policy policy.json first '{"knob": "rx-usecs", "values": [0, 200]}' ping
start_modnic adaptive_rx=0 rx_usecs=100 rx_frames=88
write_profile by-hand.json modnic0 '{"rx-usecs": 50}'
"$moderato" tune --policy policy.json --link modnic --study study-first >tune.out 2>&1 &
tuner=$!
measured() { [ "$(cat study-first/trials.jsonl 2>/dev/null | wc -l)" -ge 1 ]; }
eventually 120 measured

expect 1 "$moderato" tune --policy policy.json --link modnic --study study-second --busy-ok
says "modnic0 is in use by"
says study-first
expect 1 "$moderato" apply by-hand.json --netdev modnic0
says study-first
expect 0 "$moderato" restore
says "left alone"

kill -9 "$tuner"
wait "$tuner" || :
nobody_left() { ! pgrep -f "$moderato agent" >/dev/null; }
eventually 60 nobody_left
ends_have modnic rx-usecs 100
equal "$(snapshots)" 0 "snapshots left"
expect 0 "$moderato" apply by-hand.json --netdev modnic0
equal "$(coalesce modnic0 rx-usecs)" 50 "rx-usecs after the owner's death"
