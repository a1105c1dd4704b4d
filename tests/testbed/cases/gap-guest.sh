# SPDX-License-Identifier: Apache-2.0
# the gap between two PFs and a link into a virtual machine, before and after the same tuning
# machine: nested
# limit: 900
. "$TESTBED/guest/inner.sh"
write_policy policy.json gap '{"knob": "rx-usecs", "values": [10, 500]}'
start_pf
set_ends pf rx-usecs 200
finds pf policy.json '{"rx-usecs":10}'
start_guest
set_ends guest rx-usecs 200
finds guest policy.json '{"rx-usecs":10}'
gap pf guest
