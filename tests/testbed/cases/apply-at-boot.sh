# SPDX-License-Identifier: Apache-2.0
# under systemd installed profiles are applied at every boot, to VFs made later, after a reload, and a rename
# boot: systemd
# limit: 900

# Nobody but the units may be the one who sets it.
both_kinds_have() {
  eventually 60 find_pfs
  eventually 60 has "$pf0" 40
  eventually 60 has "$pf1" 40
  ip link set "$pf0" up
  eventually 20 has_carrier "$pf0"
  echo 1 >"/sys/class/net/$pf0/device/sriov_numvfs"
  eventually 60 has_vf "$pf0"
  eventually 60 has "$(vf_of "$pf0")" 50
}

if [ "$PART" = 1 ]; then
  start_igb
  start_vfs
  [ "$(coalesce "$pf0" rx-usecs)" != 40 ] || fail "the driver's default is 40 already"
  write_profile pf.json "$pf0" '{"rx-usecs": 40}'
  write_profile vf.json "$vf0" '{"rx-usecs": 50}'
  install_for_next_boot pf.json vf.json
  boot_again
fi

both_kinds_have
if [ "$PART" = 2 ]; then
  modprobe -r igbvf
  modprobe -r igb
  eventually 20 [ ! -e /sys/class/net/"$pf0" ]
  modprobe igb
  both_kinds_have

  # Under a new name it is given its profile again.
  ip link set "$pf1" down
  ethtool -C "$pf1" rx-usecs 20
  ip link set "$pf1" name other1
  eventually 60 has other1 40
  boot_again
fi

expect 0 /usr/bin/moderato verify /etc/moderato/profiles.d/latency-by-hand-igb-pf.json
expect 0 /usr/bin/moderato apply --boot
says "$pf0: as latency-by-hand-igb-pf.json says"
no_unit_failed
