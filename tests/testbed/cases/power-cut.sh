# SPDX-License-Identifier: Apache-2.0
# after a power cut in the middle of a study, restore puts the baseline back and the study resumes
# limit: 1800

baseline=60 # what the administrator had set: neither the driver's default nor a candidate

write_study_inputs() {
  write_policy policy.json cut '{"knob": "rx-usecs", "values": [20, 100, 200]}'
  write_link link.json pf "$(endpoint - "$pf0" 10.1.0.1)" "$(endpoint hB "$pf1" 10.1.0.2)"
}

make_hosts() {
  ip address add 10.1.0.1/24 dev "$pf0"
  host_of hB "$pf1" 10.1.0.2
  eventually 20 in_host hB ping -c 1 -W 1 -q 10.1.0.1
}

in_the_middle() {
  now=$(coalesce "$pf0" rx-usecs)
  [ "$now" != "$baseline" ] && [ "$(grep -c . study/trials.jsonl)" -ge 5 ]
}

snapshots() { find /var/lib/moderato/snapshots -name '*.json' | wc -l; }

mkdir -p /disk/cut
cd /disk/cut
start_igb
if [ "$PART" = 1 ]; then
  make_hosts
  write_study_inputs
  ethtool -C "$pf0" rx-usecs "$baseline"
  in_host hB ethtool -C "$pf1" rx-usecs "$baseline"
  "$moderato" tune --policy policy.json --link link.json --study study &
  eventually 600 in_the_middle
  power_cut
fi

equal "$PART" 2 "boot"
[ "$(coalesce "$pf0" rx-usecs)" != "$baseline" ] || fail "the reboot alone made it $baseline"
equal "$(snapshots)" 2 "snapshots on disk"
expect 0 "$moderato" restore
equal "$(coalesce "$pf0" rx-usecs)" "$baseline" "rx-usecs of $pf0"
equal "$(snapshots)" 0 "snapshots left"
expect 0 "$moderato" report study

# The study goes on where it was: what is measured stays measured.
before=$(grep -c . study/trials.jsonl)
make_hosts
in_host hB ethtool -C "$pf1" rx-usecs "$baseline"
expect 0 "$moderato" tune --resume study
[ "$(grep -c . study/trials.jsonl)" -gt "$before" ] || fail "no trial came on top"
equal "$(coalesce "$pf0" rx-usecs)" "$baseline" "rx-usecs of $pf0 after the study"
equal "$(jq -c .settings study/profile.json)" '{"rx-usecs":20}' "settings of the profile"
