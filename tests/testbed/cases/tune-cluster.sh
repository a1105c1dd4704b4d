# SPDX-License-Identifier: Apache-2.0
# tune sets all four hosts of a cluster alike, finds the planted best, and leaves all as they were
write_policy policy.json planted '{"knob": "rx-usecs", "values": [0, 50, 200]}' ping
start_cluster adaptive_rx=0 rx_usecs=100 rx_frames=88
finds cluster policy.json '{"rx-usecs":0}'
ends_have cluster rx-usecs 100
expect 0 "$moderato" apply study-cluster/profile.json --link cluster
ends_have cluster rx-usecs 0
