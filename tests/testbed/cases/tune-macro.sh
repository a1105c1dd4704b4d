# SPDX-License-Identifier: Apache-2.0
# the policy macro tunes the NAS benchmarks, each run verified, on modnic, PFs and VFs
# limit: 3600
# run: asked
# Class S, one run each, few candidates and rounds: what is found is not planted. Whatever the verdict, every trial is complete,
# so every run was verified; all four benchmarks were measured; and the settings are what they were.
jq '.workloads[].parameters |= (.class = "S" | .runs = 1) |
  .budget = {max_candidates: 2, max_minutes: 50} | .searcher = {name: "random"} |
  .measurement = {calibration_rounds: 2, probe_rounds: 0, search_rounds: 1, finalists: 1, confirm_rounds: 6,
                  trial_timeout_s: 600} |
  .safety = {heartbeat_timeout_s: 600}' "$TESTBED/../../policies/macro.json" >macro.json
# tunes LINK KNOB VALUE: the knob is what it was
tunes() {
  status=0
  "$moderato" tune --policy macro.json --link "$1" --study "study-$1" >out 2>err || status=$?
  { [ $status = 0 ] || [ $status = 3 ]; } || { cat out err; fail "macro on $1: exit status $status"; }
  jq -es 'length > 0 and all(.state == "complete")' "study-$1/trials.jsonl" >/dev/null || { cat err; fail "a trial on $1 failed"; }
  equal "$(jq -cs '[.[].outcomes[].workload | split(" ")[0]] | unique' "study-$1/trials.jsonl")" '["nas-cg","nas-ep","nas-lu","nas-sp"]' \
    "workloads measured on $1"
  echo "$1: $(jq -s length "study-$1/trials.jsonl") trials; $(jq -cM .verdict "study-$1/report.json")"
  ends_have "$1" "$2" "$3"
}

start_modnic adaptive_rx=1 rx_usecs=16 rx_frames=88
tunes modnic rx-usecs 16
for link in pf vf; do
  start_$link
  tunes $link rx-usecs 3
done
