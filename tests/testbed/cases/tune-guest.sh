# SPDX-License-Identifier: Apache-2.0
# tune finds the planted best between a VF out here and one passed through to a virtual machine
# limit: 1800
# time: real
# hardware: nested
. "$TESTBED/guest/inner.sh"
exec >/testbed/x.log 2>&1
trap 'cat $inner/console' EXIT
tick() { echo "$1: guest $(cut -d' ' -f1 /proc/uptime)"; }
start_igb
start_inner "$pf0"
tick inner
start_outer_vf "$pf1"
eventually 20 ping -c 1 -W 1 -q "$inner_address"
tick link

both() {
  ethtool -C "$outer_netdev" rx-usecs "$1"
  in_inner ethtool -C "$inner_netdev" rx-usecs "$1"
}
values() { echo "$(coalesce "$outer_netdev" rx-usecs) $(in_inner ethtool -c "$inner_netdev" | sed -n 's/^rx-usecs:[[:space:]]*//p')"; }
both 10000
values
write_guest_link link.json
write_policy policy.json guest '{"knob": "rx-usecs", "values": [10, 1000]}'
jq '.objective = {metric: "p90"} | .workloads[0].parameters = {iterations: 150, warmup: 10}' policy.json >short.json
"$moderato" tune --policy short.json --link link.json --study /testbed/study || echo "status $?"
tick tune
values
