# SPDX-License-Identifier: Apache-2.0
# after a power cut in the middle of a study, restore puts the baseline back and the study resumes
# limit: 1800

baseline=60 # what the administrator had set: neither the driver's default nor a candidate

in_the_middle() {
  now=$(coalesce "$pf0" rx-usecs)
  [ "$now" != "$baseline" ] && [ "$(grep -c . study/trials.jsonl)" -ge 5 ]
}


mkdir -p /disk/case
cd /disk/case
start_pf
if [ "$PART" = 1 ]; then
  write_policy policy.json cut '{"knob": "rx-usecs", "values": [20, 100, 200]}' ping
  set_ends pf rx-usecs "$baseline"
  sync # the policy and the workload: what an administrator wrote long ago
  "$moderato" tune --policy policy.json --link pf --study study 2>&1 | cat &
  eventually 600 in_the_middle
  power_cut
fi

equal "$PART" 2 "boot"
[ "$(coalesce "$pf0" rx-usecs)" != "$baseline" ] || fail "the reboot alone made it $baseline"
equal "$(snapshots)" 2 "snapshots on disk"
expect 0 "$moderato" restore
ends_have pf rx-usecs "$baseline"
equal "$(snapshots)" 0 "snapshots left"
expect 0 "$moderato" report study

# The study goes on where it was: what is measured stays measured.
before=$(grep -c . study/trials.jsonl)
expect 0 "$moderato" tune --resume study
[ "$(grep -c . study/trials.jsonl)" -gt "$before" ] || fail "no trial came on top"
ends_have pf rx-usecs "$baseline"
equal "$(jq -c .settings study/profile.json)" '{"rx-usecs":20}' "settings of the profile"
