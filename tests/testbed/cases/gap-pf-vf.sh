# SPDX-License-Identifier: Apache-2.0
# the paper's question on real drivers: how far is a VF behind a PF, before and after both are tuned
# limit: 900
# igb and igbvf as they ship (rx-usecs 3: the driver adapts), one policy for both.
write_policy policy.json gap '{"knob": "rx-usecs", "values": [0, 10, 70]}'

start_pf
finds pf policy.json '{"rx-usecs":0}'
start_vf
# igbvf cannot switch moderation off: what it is given as 0 it shows as 1.
finds vf policy.json '{"rx-usecs":1}'

gap pf vf
