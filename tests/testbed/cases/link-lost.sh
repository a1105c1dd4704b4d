# SPDX-License-Identifier: Apache-2.0
# a link lost in mid-trial fails that trial, with its reason, and the study goes on when it is back
# limit: 900
write_policy all-in-one-round.json lost '{"knob": "rx-usecs", "values": [0, 200]}' ping
# What is tried before the link is back fails as well, and may be all of a round that matters.
jq '.measurement.search_rounds = 2 | .measurement.trial_timeout_s = 6' all-in-one-round.json >policy.json
start_modnic_hosts adaptive_rx=0 rx_usecs=100 rx_frames=88
set_ends modnic rx-usecs 100
"$moderato" tune --policy policy.json --link modnic --study study >tune.out 2>tune.err &
tuner=$!

trials() { cat study/trials.jsonl 2>/dev/null | grep -c "$1" || :; }
past_calibration() { [ "$(trials .)" -ge 5 ] && pgrep -x ping >/dev/null; }
failed() { [ "$(trials '"failed"')" -ge 1 ]; }
eventually 120 past_calibration
in_host hB ip link set modnic1 down
eventually 120 failed
in_host hB ip link set modnic1 up

status=0
wait "$tuner" || status=$?
cat tune.out tune.err
equal "$status" 0 "exit status"
equal "$(jq -c .settings study/profile.json)" '{"rx-usecs":0}' "settings of the profile"
jq -es 'any(.state == "failed" and (.reason | length > 0))' study/trials.jsonl >/dev/null ||
  fail "no failed trial tells its reason"
ends_have modnic rx-usecs 100
