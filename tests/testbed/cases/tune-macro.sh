# SPDX-License-Identifier: Apache-2.0
# the shipped policy macro tunes for the NAS benchmarks, each run verified, on modnic, PFs and VFs
# limit: 3600
# run: asked
# One run of class S each, few candidates and rounds: whatever is found, every trial is complete, so every run was verified.
jq '.workloads[].parameters |= (.class = "S" | .runs = 1) |
  .searcher = {name: "random"} | .budget = {max_candidates: 2, max_minutes: 50} |
  .measurement = {calibration_rounds: 2, probe_rounds: 0, search_rounds: 1, finalists: 1, confirm_rounds: 6,
                  trial_timeout_s: 600} |
  .safety = {heartbeat_timeout_s: 600}' "$TESTBED/../../policies/macro.json" >macro.json
# tunes LINK KNOBS
tunes() {
  concludes "$1" macro.json
  searched "$1" "$2"
  equal "$(jq -cs '[.[].outcomes[].workload] | unique' "study-$1/trials.jsonl")" '["nas-cg","nas-ep","nas-lu","nas-sp"]' \
    "workloads measured on $1"
}

start_modnic adaptive_rx=1 rx_usecs=16 rx_frames=88
tunes modnic '["adaptive-rx","rx-frames","rx-usecs","rx-usecs-high","rx-usecs-low"]'
ends_have modnic rx-usecs 16
for link in pf vf; do
  start_$link
  tunes $link '["rx-usecs"]'
  ends_have $link rx-usecs 3
done
