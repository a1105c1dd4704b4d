# SPDX-License-Identifier: Apache-2.0
# Sourced before every case, under `set -eu`: the words that cases are written in.
moderato=$BUILD/bin/moderato
work=/tmp/$CASE
mkdir -p "$work"
cd "$work"

fail() {
  echo "FAILED: $*"
  exit 1
}

# expect STATUS COMMAND...: its output goes to $work/out and $work/err, and into the log.
expect() {
  wanted=$1
  shift
  status=0
  "$@" >"$work/out" 2>"$work/err" || status=$?
  echo "\$ $*  -> $status"
  [ "$(wc -c <"$work/out")" -gt 4000 ] || cat "$work/out"
  cat "$work/err"
  [ "$status" = "$wanted" ] || fail "exit status $status, expected $wanted"
}
# says TEXT: what the last `expect` printed, on either stream, has this.
says() { cat "$work/out" "$work/err" | grep -qF -- "$1" || fail "it does not say: $1"; }
equal() { [ "$1" = "$2" ] || fail "${3:-value}: $1, expected $2"; }

# eventually SECONDS COMMAND...
eventually() {
  tries=$(($1 * 10))
  shift
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "in vain waited for: $*"
    sleep 0.1
  done
}
has_carrier() { [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 1 ]; }

# netdev_with MAC
netdev_with() {
  for folder in /sys/class/net/*; do
    if [ "$(cat "$folder/address")" = "$1" ]; then basename "$folder"; fi
  done
}

# A fresh igb with the driver's own defaults; $pf0 and $pf1 are its netdevs.
start_igb() {
  for pf in /sys/bus/pci/drivers/igb/0*; do
    if [ -e "$pf/sriov_numvfs" ]; then echo 0 >"$pf/sriov_numvfs"; fi
  done
  modprobe -r igbvf
  modprobe -r igb
  modprobe igb
  pf0=$(netdev_with 52:54:00:00:00:00)
  pf1=$(netdev_with 52:54:00:00:00:01)
  ip link set "$pf0" up
  ip link set "$pf1" up
  eventually 20 has_carrier "$pf0"
  eventually 20 has_carrier "$pf1"
}

# vf_of PF: the netdev of its first VF.
vf_of() { ls "/sys/class/net/$1/device/virtfn0/net" 2>/dev/null | head -n 1; }
has_vf() { [ -n "$(vf_of "$1")" ]; }

# One VF on each PF; $vf0 and $vf1 are their netdevs. The PFs must be up first: a VF asks them.
start_vfs() {
  modprobe igbvf
  for pf in "$pf0" "$pf1"; do
    echo 1 >"/sys/class/net/$pf/device/sriov_numvfs"
    eventually 20 has_vf "$pf"
  done
  vf0=$(vf_of "$pf0")
  vf1=$(vf_of "$pf1")
}

# coalesce NETDEV KEY: what ethtool says, independent of the code under test.
coalesce() { ethtool -c "$1" | sed -n "s/^$2:[[:space:]]*//p"; }

# Everything stops at this instruction: nothing is synced, unmounted or told. The case starts
# again at the next boot, with PART one higher.
power_cut() {
  cat "/run/$CASE.log" >>"/testbed/logs/$CASE.log"
  touch /testbed/cut
  echo b >/proc/sysrq-trigger
  sleep 60
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

# host_of NAME NETDEV ADDRESS: a network namespace that counts as a host of its own.
host_of() {
  ip netns add "$1"
  ip link set "$2" netns "$1"
  ip -n "$1" link set lo up
  ip -n "$1" link set "$2" up
  ip -n "$1" address add "$3/24" dev "$2"
}
in_host() {
  name=$1
  shift
  ip netns exec "$name" "$@"
}

# endpoint HOST NETDEV ADDRESS: an endpoint for write_link; HOST `-` is this host itself.
endpoint() {
  jq -n --arg host "$1" --arg netdev "$2" --arg address "$3" '
    {host: (if $host == "-" then "testbed" else $host end),
     launch_prefix: (if $host == "-" then [] else ["ip", "netns", "exec", $host] end),
     netdev: $netdev, address: $address}'
}
# write_link FILE NAME ENDPOINT...
write_link() {
  file=$1 name=$2
  shift 2
  printf '%s\n' "$@" | jq -s --arg name "$name" \
    '{schema: "moderato-link/1", name: $name, endpoints: .}' >"$file"
}

# start_modnic PARAMETER...: freshly loaded; modnic0 stays here, modnic1 is host hB.
start_modnic() {
  ip netns del hB 2>/dev/null || :
  if [ -e /sys/module/modnic ]; then rmmod modnic; fi
  insmod "$MODULES/modnic/modnic.ko" "$@"
  ip link set modnic0 up
  ip address add 10.2.0.1/24 dev modnic0
  host_of hB modnic1 10.2.0.2
  write_link link.json modnic "$(endpoint - modnic0 10.2.0.1)" "$(endpoint hB modnic1 10.2.0.2)"
  eventually 20 in_host hB ping -c 1 -W 1 -q 10.2.0.1
}

# counter NETDEV NAME: of ethtool -S.
counter() { ethtool -S "$1" | sed -n "s/^ *$2: //p"; }

# set_both KEY VALUE...: on both ends of modnic.
set_both() {
  ethtool -C modnic0 "$@"
  in_host hB ethtool -C modnic1 "$@"
}

# round_trip ADDRESS: the median of 20 pings, in whole microseconds.
round_trip() {
  ping -c 20 -i 0.01 "$1" | sed -n 's/.*time=\([0-9.]*\) ms/\1/p' | sort -n |
    awk '{ t[NR] = $1 } END { printf "%d\n", t[int((NR + 1) / 2)] * 1000 }'
}
# within LOW VALUE HIGH WHAT
within() {
  echo "$4: $2"
  { [ "$2" -ge "$1" ] && [ "$2" -le "$3" ]; } || fail "$4 is $2, expected $1 to $3"
}

# write_policy FILE NAME PARAMETER: as short a study as can prove something (6 rounds: p = 0.031).
write_policy() {
  jq -n --arg name "$2" --argjson parameter "$3" '
    {schema: "moderato-policy/1", name: $name, class: "latency",
     workloads: [{use: "udp-pingpong", parameters: {iterations: 400, warmup: 20}}],
     space: {parameters: [$parameter]},
     measurement: {calibration_rounds: 2, search_rounds: 1, finalists: 1, confirm_rounds: 6,
                   trial_timeout_s: 60},
     safety: {heartbeat_timeout_s: 60}}' >"$1"
}
