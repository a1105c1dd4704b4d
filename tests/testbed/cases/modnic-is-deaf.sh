# SPDX-License-Identifier: Apache-2.0
# a driver that takes a setting and keeps the old one is found out by apply and by tune, with nothing left to restore
start_modnic_hosts adaptive_rx=0 rx_usecs=16 rx_frames=88 deaf=1
write_profile profile.json modnic0 '{"rx-usecs": 40}'
expect 1 "$moderato" apply profile.json
says "rx-usecs = 40 but shows 16"
expect 0 "$moderato" restore
says "nothing to restore"

write_policy policy.json deaf '{"knob": "rx-usecs", "values": [0, 40, 200]}'
expect 3 "$moderato" tune --policy policy.json --link modnic --study study
says "0 is the same as 16, 40 is the same as 16, 200 is the same as 16"
equal "$(jq -es 'map(.candidate) | unique' study/trials.jsonl | jq -c .)" '[0]' "what was measured"
equal "$(jq -r '.knobs[].finding' study/report.json)" inert "what is said of rx-usecs"
