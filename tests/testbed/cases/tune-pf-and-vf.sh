# SPDX-License-Identifier: Apache-2.0
# tune finds the best for PFs and for VFs; how far VFs are behind, before and after, is told
# The baseline is what igb and igbvf ship with: rx-usecs 3, the driver adapts.
write_policy policy.json gap '{"knob": "rx-usecs", "values": [10, 70]}'
start_pf
finds pf policy.json '{"rx-usecs":10}'
ends_have pf rx-usecs 3
equal "$(figure pf '.match.kind + " " + .match.driver')" "pf igb" "what the profile is for"

start_vf
before=$(coalesce "$pf0" rx-usecs)
finds vf policy.json '{"rx-usecs":10}'
ends_have vf rx-usecs 3
equal "$(coalesce "$pf0" rx-usecs)" "$before" "rx-usecs of the PF"
equal "$(figure vf '.match.kind + " " + .match.driver')" "vf igbvf" "what the profile is for"
gap pf vf
