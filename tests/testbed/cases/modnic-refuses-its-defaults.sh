# SPDX-License-Identifier: Apache-2.0
# a driver that refuses its own defaults is found out before the first trial, and restore can be repeated
write_policy policy.json defaults '{"knob": "rx-frames", "values": [1, 16]}'
start_modnic_hosts adaptive_rx=0 rx_usecs=100 rx_frames=88 refuse_default=1
expect 1 "$moderato" tune --policy policy.json --link modnic --study study
says "rehearsal of the restore failed"
says "rx-frames is not supported at this value"
[ ! -s study/trials.jsonl ] || fail "it went on to trials"

# What could not be put back is not forgotten.
expect 1 "$moderato" restore
echo 0 >/sys/module/modnic/parameters/refuse_default
expect 0 "$moderato" restore
equal "$(coalesce modnic0 rx-frames)" 88 "rx-frames here"
equal "$(in_host hB ethtool -c modnic1 | sed -n 's/^rx-frames:[[:space:]]*//p')" 88 "rx-frames of hB"
expect 0 "$moderato" restore
says "nothing to restore"
