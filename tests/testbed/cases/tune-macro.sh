# SPDX-License-Identifier: Apache-2.0
# the policy macro tunes the NAS benchmarks, each run verified, on modnic, PFs and VFs
# limit: 3600
# run: asked
# Class S, one run each, few candidates and rounds: what is found is not planted. As every trial is complete, every run was
# verified.
jq '.workloads[].parameters |= (.class = "S" | .runs = 1) |
  .budget = {max_candidates: 2, max_minutes: 50} | .searcher = {name: "random"} |
  .measurement = {calibration_rounds: 2, probe_rounds: 0, search_rounds: 1, finalists: 1, confirm_rounds: 6,
                  trial_timeout_s: 600} |
  .safety = {heartbeat_timeout_s: 600}' "$TESTBED/../../policies/macro.json" >macro.json
# tunes LINK RX_USECS: what the knob was before
tunes() {
  concludes "$1" macro.json
  equal "$(jq -cs '[.[].counters | keys[]] | unique' "study-$1/trials.jsonl")" '["nas-cg","nas-ep","nas-lu","nas-sp"]' \
    "workloads measured on $1"
  ends_have "$1" rx-usecs "$2"
}

start_modnic adaptive_rx=1 rx_usecs=16 rx_frames=88
tunes modnic 16
for link in pf vf; do
  start_$link
  tunes $link 3
done
