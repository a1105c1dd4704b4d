# SPDX-License-Identifier: Apache-2.0
# after a power cut at a study's first change a boot puts the baseline back, and then applies the profile
# boot: systemd
# limit: 1800

baseline=60 # neither the driver's default, nor a candidate, nor the profile's

changed() { [ "$(coalesce "$pf0" rx-usecs)" != "$baseline" ]; }

if [ "$PART" = 1 ]; then
  start_pf
  write_profile profile.json "$pf0" '{"rx-usecs": 40}'
  install_for_next_boot profile.json
  write_policy policy.json cut '{"knob": "rx-usecs", "values": [20, 100, 200]}' ping
  set_ends pf rx-usecs "$baseline"
  sync
  # The study lies in memory: nothing that it writes takes the snapshot along to the disk.
  "$moderato" tune --policy policy.json --link pf --study study 2>&1 | cat &
  eventually 600 changed
  power_cut
fi

equal "$PART" 2 "boot"
eventually 60 find_pfs
for pf in "$pf0" "$pf1"; do
  eventually 60 has "$pf" 40
  # From the baseline, not from the driver's default: it had been put back.
  eventually 60 journal_says "$pf: put back to the settings of"
  eventually 60 journal_says "$pf: set rx-usecs $baseline -> 40 (latency-by-hand-igb-pf.json)"
done
equal "$(snapshots)" 0 "snapshots left"
no_unit_failed
expect 0 "$moderato" restore
says "nothing to restore"
