# SPDX-License-Identifier: Apache-2.0
# under systemd a profile is applied at every boot, to VFs made later, and after a driver reload
# boot: systemd
# limit: 900
apply_unit='[Unit]
Description=Interrupt moderation of %I
Before=network-pre.target
Wants=network-pre.target
[Service]
Type=oneshot
ExecStart=-'$moderato' apply /etc/moderato/pf.json --netdev %I
ExecStart=-'$moderato' apply /etc/moderato/vf.json --netdev %I'
apply_rule='ACTION=="add", SUBSYSTEM=="net", SUBSYSTEMS=="pci", TAG+="systemd", ENV{SYSTEMD_WANTS}+="moderato-apply@$name.service"'

# has NETDEV VALUE
has() { [ "$(coalesce "$1" rx-usecs 2>/dev/null)" = "$2" ]; }
find_pfs() {
  pf0=$(netdev_with 52:54:00:00:00:00)
  pf1=$(netdev_with 52:54:00:00:00:01)
  [ -n "$pf0" ] && [ -n "$pf1" ]
}
# Nobody but the unit may be the one who sets it.
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
  # The next boot finds these where an administrator would have put them.
  mkdir -p "$OWN/root/etc/moderato" "$OWN/root/etc/systemd/system" "$OWN/root/etc/udev/rules.d"
  write_profile "$OWN/root/etc/moderato/pf.json" "$pf0" '{"rx-usecs": 40}'
  write_profile "$OWN/root/etc/moderato/vf.json" "$vf0" '{"rx-usecs": 50}'
  echo "$apply_unit" >"$OWN/root/etc/systemd/system/moderato-apply@.service"
  echo "$apply_rule" >"$OWN/root/etc/udev/rules.d/99-moderato.rules"
  boot_again
fi

both_kinds_have
modprobe -r igbvf
modprobe -r igb
eventually 20 [ ! -e /sys/class/net/"$pf0" ]
modprobe igb
both_kinds_have
[ "$PART" = 3 ] || boot_again
expect 0 "$moderato" verify /etc/moderato/pf.json
systemctl list-units --no-pager --failed --plain --no-legend 'moderato*' | grep . && fail "a unit failed"
:
