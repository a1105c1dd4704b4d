# SPDX-License-Identifier: Apache-2.0
# Sourced by lib.sh: NICs, freshly loaded, and what they say of themselves.

# netdev_with MAC
netdev_with() {
  for folder in /sys/class/net/*; do
    if [ "$(cat "$folder/address")" = "$1" ]; then basename "$folder"; fi
  done
}
has_carrier() { [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 1 ]; }

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

# make_vf PF: one VF, with an address that it has again when it is made anew, as a hypervisor would give
# it; igbvf must not see it before. The PF must be up: a VF asks it.
make_vf() {
  device=/sys/class/net/$1/device
  echo 0 >"$device/sriov_drivers_autoprobe"
  echo 1 >"$device/sriov_numvfs"
  echo 1 >"$device/sriov_drivers_autoprobe"
  ip link set "$1" vf 0 mac "$(sed 's/:00:0/:01:0/' "/sys/class/net/$1/address")"
  basename "$(readlink "$device/virtfn0")" >/sys/bus/pci/drivers_probe
  eventually 20 has_vf "$1"
}

# One VF on each PF; $vf0 and $vf1 are their netdevs.
start_vfs() {
  modprobe igbvf
  make_vf "$pf0"
  make_vf "$pf1"
  vf0=$(vf_of "$pf0")
  vf1=$(vf_of "$pf1")
}

# load_modnic PARAMETER...
load_modnic() {
  ip -all netns delete
  if [ -e /sys/module/modnic ]; then rmmod modnic; fi
  insmod "$MODULES/modnic/modnic.ko" "$@"
}

# coalesce NETDEV KEY: what ethtool says, independent of the code under test.
coalesce() { ethtool -c "$1" | sed -n "s/^$2:[[:space:]]*//p"; }
# counter NETDEV NAME: of ethtool -S.
counter() { ethtool -S "$1" | sed -n "s/^ *$2: //p"; }

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
