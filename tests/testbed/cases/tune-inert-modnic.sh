# SPDX-License-Identifier: Apache-2.0
# tune on a link whose knobs do nothing keeps the baseline, says that they are inert, and exits 3
write_policy policy.json inert '{"knob": "rx-usecs", "values": [130, 160, 190]}'
# To claim that a knob is inert takes more than to find a winner: after one round, in which each value
# stands once, one slow trial leaves it "unclear". And it takes a link whose latency is the NIC's: the
# driver shows what it was told, and moderates by 100 us whatever it shows. Without any moderation the
# guest's scheduler decides, whose two modes are a quarter apart.
# At alpha 0.05 one such study in twenty would call the knob moving.
jq '.measurement.search_rounds = 5 | .measurement.confirm_rounds = 8 | .decision.alpha = 0.01 |
    .objective.metric = "median"' policy.json >rounds.json
start_modnic adaptive_rx=0 rx_usecs=100 rx_frames=88 round_to=100 echo_odd=1
expect 3 "$moderato" tune --policy rounds.json --link modnic --study study
equal "$(jq -r .outcome study/profile.json)" baseline_is_best outcome
jq -cM '.repeatability, .knobs[]' study/report.json
equal "$(jq -c '[.knobs[] | {knob, finding}]' study/report.json)" \
  '[{"knob":"rx-usecs","finding":"inert"}]' "what is said of the knobs"
ends_have modnic rx-usecs 100
