# SPDX-License-Identifier: Apache-2.0
# a VF taken away in mid-study ends it, naming the VF, and restore repairs the VF when it is back
# limit: 900
baseline=60
changed() { [ "$(coalesce "$vf0" rx-usecs)" != "$baseline" ]; }

write_policy policy.json lost '{"knob": "rx-usecs", "values": [20, 200]}' ping
start_vf
set_ends vf rx-usecs "$baseline"
"$moderato" tune --policy policy.json --link vf --study study >tune.out 2>&1 &
tuner=$!
eventually 120 changed
echo 0 >"/sys/class/net/$pf0/device/sriov_numvfs"
status=0
wait "$tuner" || status=$?
cat tune.out
equal "$status" 1 "exit status"
grep -q "$vf0" tune.out || fail "it does not name $vf0"
equal "$(coalesce "$vf1" rx-usecs)" "$baseline" "rx-usecs of the VF that stayed"

# The VF comes back with the driver's default; it is not forgotten what it should have.
equal "$(snapshots)" 1 "snapshots on disk"
make_vf "$pf0"
equal "$(vf_of "$pf0")" "$vf0" "name of the new VF"
[ "$(coalesce "$vf0" rx-usecs)" != "$baseline" ] || fail "its being made anew gave it $baseline"
expect 0 "$moderato" restore
equal "$(coalesce "$vf0" rx-usecs)" "$baseline" "rx-usecs of the new VF"
equal "$(snapshots)" 0 "snapshots left"
