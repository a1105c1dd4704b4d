# SPDX-License-Identifier: Apache-2.0
# Sourced by lib.sh: the documents that moderato reads.

# endpoint HOST NETDEV ADDRESS: HOST `-` is this host itself.
endpoint() {
  jq -cn --arg host "$1" --arg netdev "$2" --arg address "$3" '
    {host: (if $host == "-" then "testbed" else $host end),
     launch_prefix: (if $host == "-" then [] else ["ip", "netns", "exec", $host] end),
     netdev: $netdev, address: $address}'
}
# define_link NAME ENDPOINT...: where the administrator of a cluster would put it.
define_link() {
  mkdir -p /etc/moderato/links
  file=/etc/moderato/links/$1.json name=$1
  shift
  printf '%s\n' "$@" | jq -s --arg name "$name" \
    '{schema: "moderato-link/1", name: $name, endpoints: .}' >"$file"
}

# write_profile FILE NETDEV SETTINGS: for devices of NETDEV's kind, found on this very host.
write_profile() {
  "$moderato" probe --format json | jq --arg netdev "$2" --argjson settings "$3" '
    .kernel as $kernel | .devices[] | select(.netdev == $netdev) |
    {schema: "moderato-profile/1", name: "by-hand", class: "latency", outcome: "baseline_is_best",
     settings: $settings, match: {driver, kind},
     fingerprint: {driver, driver_version: (.driver_version // ""), firmware: (.firmware // ""),
                   kernel: $kernel, pci_id: (.pci_id // ""), kind, mtu},
     evidence: {policy: "by-hand", objective: "p99", study: "none", created: "2026-01-01T00:00:00Z",
                noise_floor: 0.01, alpha: 0.05, candidates: 0, baseline: {}, comparisons: []}}
    ' >"$1"
}

# A workload of our own: the kernel answers, and nothing has to be launched at the other end. A trial
# of it costs a tenth of one under mpirun.
write_ping() {
  mkdir -p workloads
  jq -n '
    {schema: "moderato-workload/1", name: "ping", launcher: "first_host",
     command: ["ping", "-n", "-A", "-c", "{count}", "-I", "{address:0}", "{address:1}"],
     parameters: {count: 420}, result: {format: "lines", pattern: "time=([0-9.]+) ms", unit: "ms"}}
    ' >workloads/ping.json
}

# write_policy FILE NAME PARAMETER [WORKLOAD]: as short a study as can prove something (6 rounds: p =
# 0.031), with udp-pingpong or ping.
write_policy() {
  workload='{"use": "udp-pingpong", "parameters": {"iterations": 400, "warmup": 20}}'
  if [ "${4:-}" = ping ]; then
    write_ping
    workload='{"use": "ping"}'
  fi
  jq -n --arg name "$2" --argjson parameter "$3" --argjson workload "$workload" '
    {schema: "moderato-policy/1", name: $name, class: "latency", workloads: [$workload],
     space: {parameters: [$parameter]},
     measurement: {calibration_rounds: 2, search_rounds: 1, finalists: 1, confirm_rounds: 6,
                   trial_timeout_s: 20},
     safety: {heartbeat_timeout_s: 60}}' >"$1"
}
