# SPDX-License-Identifier: Apache-2.0
# tune on a link whose knobs do nothing keeps the baseline and exits 3
# limit: 1800
write_policy policy.json inert '{"knob": "rx-usecs", "values": [0, 50, 200]}'
start_modnic_hosts adaptive_rx=0 rx_usecs=100 rx_frames=88 inert=1
expect 3 "$moderato" tune --policy policy.json --link modnic --study study
equal "$(jq -r .outcome study/profile.json)" baseline_is_best outcome
equal "$(coalesce modnic0 rx-usecs)" 100 "rx-usecs after the study"
