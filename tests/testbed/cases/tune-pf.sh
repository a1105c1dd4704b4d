# SPDX-License-Identifier: Apache-2.0
# tune finds the planted best between two PFs of igb
write_policy policy.json planted '{"knob": "rx-usecs", "values": [10, 50, 200]}'
start_pf
set_ends pf rx-usecs 100
finds pf policy.json '{"rx-usecs":10}'
ends_have pf rx-usecs 100
equal "$(figure pf '.match.kind + " " + .match.driver')" "pf igb" "what the profile is for"
