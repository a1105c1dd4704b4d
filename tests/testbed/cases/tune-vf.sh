# SPDX-License-Identifier: Apache-2.0
# tune finds the planted best between two VFs of igbvf, and leaves their PFs alone
write_policy policy.json planted '{"knob": "rx-usecs", "values": [10, 50, 200]}'
start_vf
set_ends vf rx-usecs 100
before=$(coalesce "$pf0" rx-usecs)
finds vf policy.json '{"rx-usecs":10}'
ends_have vf rx-usecs 100
equal "$(coalesce "$pf0" rx-usecs)" "$before" "rx-usecs of the PF"
equal "$(figure vf '.match.kind + " " + .match.driver')" "vf igbvf" "what the profile is for"
