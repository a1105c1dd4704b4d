# SPDX-License-Identifier: Apache-2.0
# tune finds the planted best between a VF out here and one that is passed through to a virtual machine
# hardware: nested
# limit: 1800
. "$TESTBED/guest/inner.sh"
start_igb
start_inner "$pf0"
start_outer_vf "$pf1"
write_guest_link link.json
eventually 20 ping -c 1 -W 1 -q "$inner_address"

inside() { in_inner ethtool -c "$inner_netdev" | sed -n 's/^rx-usecs:[[:space:]]*//p'; }
both_are() { equal "$(coalesce "$outer_netdev" rx-usecs) $(inside)" "$1 $1" "rx-usecs $2"; }

# In there the PF cannot be seen; a VF it is all the same.
expect 0 in_inner "$moderato" probe --format json
equal "$(jq -r ".devices[] | select(.netdev == \"$inner_netdev\") | .kind" out)" vf "kind of the VF inside"

ethtool -C "$outer_netdev" rx-usecs 200
in_inner ethtool -C "$inner_netdev" rx-usecs 200
write_policy policy.json planted '{"knob": "rx-usecs", "values": [10, 500]}'
expect 0 "$moderato" tune --policy policy.json --link link.json --study study
profile=study/profile.json
equal "$(jq -r .outcome $profile)" improved outcome
equal "$(jq -c .settings $profile)" '{"rx-usecs":10}' "settings of the profile"
equal "$(jq -c '.match | {driver, kind}' $profile)" '{"driver":"igbvf","kind":"vf"}' "what the profile is for"
both_are 200 "after the study"

# Four windows of 200 us, of about 800 us in all: the ratio is far below one half.
jq -e '.evidence.comparisons[0].ratio_high < 0.5' $profile || fail "the ratio is not what was planted"

expect 0 "$moderato" apply $profile --link link.json
both_are 10 applied
expect 0 "$moderato" verify $profile --link link.json
