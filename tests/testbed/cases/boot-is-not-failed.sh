# SPDX-License-Identifier: Apache-2.0
# a broken profile, an ambiguous match and a NIC that is not there fail no boot, and the rest is applied
# boot: systemd
# limit: 600
if [ "$PART" = 1 ]; then
  start_igb
  [ "$(coalesce "$pf0" rx-usecs)" != 40 ] || fail "the driver's default is 40 already"
  write_profile_of latency good.json "$pf0" '{"rx-usecs": 40}'
  write_profile_of latency one.json "$pf1" '{"rx-usecs": 70}' '{"driver": "igb", "kind": "pf", "netdev": "'"$pf1"'"}'
  write_profile_of latency two.json "$pf1" '{"rx-usecs": 80}' '{"pci_id": "8086:10c9", "kind": "pf", "netdev": "'"$pf1"'"}'
  write_profile_of latency absent.json "$pf0" '{"rx-usecs": 90}' '{"driver": "mlx9", "netdev": "absent0"}'
  install_for_next_boot good.json one.json two.json absent.json
  printf '{"schema": ' >"$OWN/root/etc/moderato/profiles.d/broken.json"
  boot_again
fi

eventually 60 find_pfs
eventually 60 has "$pf0" 40
eventually 60 journal_says "$pf1: latency-one-igb-pf-$pf1.json and latency-two-pf-8086.10c9-$pf1.json match equally well"
journal_says profiles.d/broken.json || fail "the journal does not name the broken profile"
default=$(coalesce "$pf1" rx-usecs)
{ [ -n "$default" ] && [ "$default" != 70 ] && [ "$default" != 80 ] && [ "$default" != 40 ]; } || fail "$pf1 was given $default"

# The boot went on: whatever waits for the network got its turn.
equal "$(systemctl is-active network-pre.target)" active "network-pre.target"
equal "$(systemctl show -P ExecMainStatus moderato.service)" 2 "exit status of the run at boot"
expect 0 systemctl start moderato@absent0.service
no_unit_failed
expect 0 systemctl restart moderato.service
no_unit_failed
