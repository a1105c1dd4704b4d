# SPDX-License-Identifier: Apache-2.0
# tune finds the planted best on a VF in a virtual machine; its gap to PFs, before and after, is told
# machine: nested
# limit: 900
. "$TESTBED/guest/inner.sh"
# A trial under mpirun would take a machine in a machine three times as long.
write_policy policy.json planted '{"knob": "rx-usecs", "values": [10, 500]}' ping
start_pf
set_ends pf rx-usecs 200
finds pf policy.json '{"rx-usecs":10}'

start_guest
# In there the PF cannot be seen; a VF it is all the same.
expect 0 in_inner "$moderato" probe --format json
equal "$(jq -r ".devices[] | select(.netdev == \"$inner_netdev\") | .kind" out)" vf "kind of the VF inside"
set_ends guest rx-usecs 200
finds guest policy.json '{"rx-usecs":10}'
ends_have guest rx-usecs 200
equal "$(figure guest '.match.kind + " " + .match.driver')" "vf igbvf" "what the profile is for"
# Four windows of 200 us, of about 800 us in all: the ratio is far below one half.
figure guest '.evidence.comparisons[0] | select(.ratio_high < 0.5)' | grep -q . ||
  fail "the ratio is not what was planted"
gap pf guest

expect 0 "$moderato" apply study-guest/profile.json --link guest
ends_have guest rx-usecs 10
expect 0 "$moderato" verify study-guest/profile.json --link guest
