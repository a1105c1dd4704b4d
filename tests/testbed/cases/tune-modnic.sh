# SPDX-License-Identifier: Apache-2.0
# tune finds the planted best on modnic, exits 0 with a profile that applies, and leaves the baseline
write_policy policy.json planted '{"knob": "rx-usecs", "values": [0, 50, 200]}'
start_modnic adaptive_rx=0 rx_usecs=100 rx_frames=88
finds modnic policy.json '{"rx-usecs":0}'
ends_have modnic rx-usecs 100
jq -cM '.repeatability, .knobs[]' study-modnic/report.json
equal "$(jq -c '[.knobs[] | {knob, finding}]' study-modnic/report.json)" \
  '[{"knob":"rx-usecs","finding":"moves"}]' "what is said of the knobs"

# Two ends, 100 us each, of about 230 us in all: the ratio is far below one half.
figure modnic '.evidence.comparisons[0] | select(.ratio_high < 0.5)' | grep -q . ||
  fail "the ratio is not what was planted"

expect 0 "$moderato" apply study-modnic/profile.json --link modnic
ends_have modnic rx-usecs 0
expect 0 "$moderato" verify study-modnic/profile.json --link modnic
