# SPDX-License-Identifier: Apache-2.0
# tune measures a program of others, ib_send_lat, as its shipped descriptor says, and sees that it went over RDMA
# Two programs that poll without end take turns on the emulator's one thread, and most round trips show these
# turns. The fastest one shows the NIC.
jq -n '{schema: "moderato-policy/1", name: "perftest", class: "network",
        workloads: [{use: "perftest-send", parameters: {iterations: 150}}],
        space: {parameters: [{knob: "rx-usecs", values: [10, 500]}]}, objective: {metric: "min"},
        measurement: {calibration_rounds: 2, search_rounds: 1, finalists: 1, confirm_rounds: 6, trial_timeout_s: 60},
        safety: {heartbeat_timeout_s: 600}}' >policy.json
start_modnic adaptive_rx=0 rx_usecs=500 rx_frames=88
finds modnic policy.json '{"rx-usecs":10}'
figure modnic '.evidence.baseline[] | {n, min, median, p99}'

# The same over a transport that it does not use.
mkdir -p workloads
jq '.command = ["sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do echo $i, 1.5; done"] | del(.server, .port)' \
  "$TESTBED/../../workloads/catalogue/perftest-send.json" >workloads/perftest-send.json
jq '.workloads[0].parameters = {}' policy.json >elsewhere.json
expect 1 "$moderato" tune --policy elsewhere.json --link modnic --study elsewhere
says "it has used another transport"
ends_have modnic rx-usecs 500
