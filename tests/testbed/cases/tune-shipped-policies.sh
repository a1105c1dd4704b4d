# SPDX-License-Identifier: Apache-2.0
# the shipped policies of the paper run with their whole spaces and all their workloads, on modnic, PFs and VFs
# limit: 3600
# run: asked
# Fewer iterations and rounds than shipped, no fewer candidates. What they find is not planted: whatever the verdict, every
# trial is complete, the knobs that the link has were searched together, and the settings are what they were.
short() {
  jq '.workloads[].parameters |= (.iterations = 400 | .warmup = 20) |
    .measurement = {calibration_rounds: 2, probe_rounds: 1, search_rounds: 1, finalists: 1, confirm_rounds: 6,
                    trial_timeout_s: 60} |
    .safety = {heartbeat_timeout_s: 600}' "$TESTBED/../../policies/$1.json" >"$1.json"
}
# runs LINK POLICY KNOBS CANDIDATES
runs() {
  short "$2"
  status=0
  "$moderato" tune --policy "$2.json" --link "$1" --study "study-$1-$2" >out 2>err || status=$?
  { [ $status = 0 ] || [ $status = 3 ]; } || { cat out err; fail "$2 on $1: exit status $status"; }
  jq -es 'all(.state == "complete")' "study-$1-$2/trials.jsonl" >/dev/null || { cat err; fail "a trial of $2 on $1 failed"; }
  equal "$(jq -c '[.knobs[].knob] | sort' "study-$1-$2/report.json")" "$3" "knobs that $2 searched on $1"
  equal "$(jq '[.search[].candidate] | length' "study-$1-$2/report.json")" "$4" "candidates of $2 on $1"
  echo "$1 $2: $(jq -s length "study-$1-$2/trials.jsonl") trials; $(jq -cM .verdict "study-$1-$2/report.json")"
}

start_modnic adaptive_rx=1 rx_usecs=16 rx_frames=88
device='["adaptive-rx","rx-frames","rx-usecs","rx-usecs-high","rx-usecs-low"]'
runs modnic network "$device" 11
runs modnic micro "$device" 11
runs modnic srq-limit '["rx-frames","rx-usecs","srq-limit"]' 29
runs modnic paper '["rx-frames","rx-usecs-high","rx-usecs-low","srq-limit"]' 31
ends_have modnic rx-usecs 16
for link in pf vf; do
  start_$link
  runs $link network '["rx-usecs"]' 3
  runs $link micro '["rx-usecs"]' 3
  runs $link srq-limit '["rx-usecs","srq-limit"]' 15
  runs $link paper '["srq-limit"]' 3
  ends_have $link rx-usecs 3
done
