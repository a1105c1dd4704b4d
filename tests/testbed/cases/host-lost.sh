# SPDX-License-Identifier: Apache-2.0
# a host of the cluster that is lost in mid-trial is named, and all hosts that are left have what they had
# limit: 600
write_policy policy.json lost '{"knob": "rx-usecs", "values": [0, 200]}' ping
start_cluster adaptive_rx=0 rx_usecs=100 rx_frames=88
"$moderato" tune --policy policy.json --link cluster --study study >tune.out 2>&1 &
tuner=$!
changed() { [ "$(in_host h2 ethtool -c modnic4 | sed -n 's/^rx-usecs:[[:space:]]*//p')" != 100 ]; }
eventually 120 changed
# The host is gone: its processes, its NIC and its name. The NIC turns up again elsewhere.
ip netns pids h3 | xargs -r kill -9
ip netns delete h3
status=0
wait "$tuner" || status=$?
cat tune.out
equal "$status" 1 "exit status"
grep -q h3 tune.out || fail "it does not name the host that was lost"
for n in 0 1 2; do
  equal "$(in_host h$n ethtool -c modnic$((2 * n)) | sed -n 's/^rx-usecs:[[:space:]]*//p')" 100 "rx-usecs of h$n"
done
