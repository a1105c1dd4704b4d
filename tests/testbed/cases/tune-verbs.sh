# SPDX-License-Identifier: Apache-2.0
# tune searches the SRQ limit, rx-frames and rx-usecs in one space over RDMA, on modnic, PFs and VFs, with what each has
# limit: 900
# As short a study as can prove something, of the shipped policy.
short_policy() {
  jq --argjson values "$1" '
    .workloads = [{use: "verbs-srq", parameters: {iterations: 400, warmup: 20, window: 1, "srq-size": 64}}] |
    .space.parameters = $values |
    .measurement = {calibration_rounds: 2, probe_rounds: 0, search_rounds: 1, finalists: 1, confirm_rounds: 6,
                    trial_timeout_s: 20} |
    .safety = {heartbeat_timeout_s: 60}' "$TESTBED/../../policies/srq-limit.json" >policy.json
}
# searches LINK KNOBS
searches() {
  concludes "$1" policy.json
  searched "$1" "$2"
}

all='[{"knob": "srq-limit", "values": [30, 8]}, {"knob": "rx-frames", "values": [88, 1], "optional": true},
      {"knob": "rx-usecs", "values": [500, 10], "optional": true}]'
start_modnic adaptive_rx=0 rx_usecs=500 rx_frames=88
short_policy "$all"
searches modnic '["rx-frames","rx-usecs","srq-limit"]'
equal "$(jq -r .outcome study-modnic/profile.json)" improved outcome
# Either of the two knobs ends the long wait.
jq -e '.settings | .["rx-usecs"] == 10 or .["rx-frames"] == 1' study-modnic/profile.json >/dev/null ||
  fail "not what was planted: $(jq -c .settings study-modnic/profile.json)"
jq -e '.process | has("srq-limit")' study-modnic/profile.json >/dev/null || fail "the profile has no SRQ limit"
ends_have modnic rx-usecs 500

short_policy "$(echo "$all" | jq 'map(select(.knob != "rx-usecs").values |= .[:1])')"
start_pf
searches pf '["rx-usecs","srq-limit"]'
start_vf
searches vf '["rx-usecs","srq-limit"]'
