# SPDX-License-Identifier: Apache-2.0
# tune finds the planted best, exits 0 with a profile that applies, and leaves the baseline behind
# limit: 1800
write_policy policy.json planted '{"knob": "rx-usecs", "values": [0, 50, 200]}'
start_modnic adaptive_rx=0 rx_usecs=100 rx_frames=88
expect 0 "$moderato" tune --policy policy.json --link link.json --study study
profile=study/profile.json
equal "$(jq -r .outcome $profile)" improved outcome
equal "$(jq -c .settings $profile)" '{"rx-usecs":0}' "settings of the profile"
jq -c '.repeatability, .knobs[]' study/report.json
equal "$(jq -c '[.knobs[] | {knob, finding}]' study/report.json)" \
  '[{"knob":"rx-usecs","finding":"moves"}]' "what is said of the knobs"
equal "$(coalesce modnic0 rx-usecs)" 100 "rx-usecs after the study"

# Two ends, 100 us each, of about 230 us in all: the ratio is far below one half.
jq -e '.evidence.comparisons[0].ratio_high < 0.5' $profile || fail "the ratio is not what was planted"

expect 0 "$moderato" apply $profile --link link.json
equal "$(coalesce modnic0 rx-usecs)" 0 "rx-usecs applied here"
equal "$(in_host hB ethtool -c modnic1 | sed -n 's/^rx-usecs:[[:space:]]*//p')" 0 "rx-usecs of hB"
expect 0 "$moderato" verify $profile --link link.json
