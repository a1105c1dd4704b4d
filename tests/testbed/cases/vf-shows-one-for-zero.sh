# SPDX-License-Identifier: Apache-2.0
# igbvf shows rx-usecs 1 for 0 and takes no 1: 0 is measured in its own name, applied as 0, and put back as 0
write_policy policy.json zero '{"knob": "rx-usecs", "values": [0, 1, 70]}' ping
start_vf
finds vf policy.json '{"rx-usecs":1}'
equal "$(jq -c '[.search[] | select(.rounds > 0) | .settings["rx-usecs"]] | sort' study-vf/report.json)" '[0,70]' \
  "what was measured"
ends_have vf rx-usecs 3

expect 0 "$moderato" apply study-vf/profile.json
ends_have vf rx-usecs 1
expect 0 "$moderato" verify study-vf/profile.json

# Who has 0 has it again after a study, although it is 1 that was recorded. A trial of this baseline fails where another
# value is in force, and is repeated from what was put back.
mv study-vf study-zero
write_policy others.json others '{"knob": "rx-usecs", "values": [10, 70]}' ping
status=0
"$moderato" tune --policy others.json --link vf --study study-vf >out 2>err || status=$?
{ [ $status = 0 ] || [ $status = 3 ]; } || { cat out err; fail "a study with 0 in force: exit status $status"; }
# Whether anything is worth a confirmation is for the measurements to say.
equal "$(jq -sc 'group_by([.phase, .round]) | map(any(.candidate == 0 and .state == "complete")) | unique' \
  study-vf/trials.jsonl)" '[true]' "whether each round has a baseline"
equal "$(jq -s '[.[] | select(.candidate == 0)] | length > 2' study-vf/trials.jsonl)" true "whether the baseline was measured"
ends_have vf rx-usecs 1
equal "$(snapshots)" 0 "snapshots left"
