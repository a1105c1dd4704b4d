# SPDX-License-Identifier: Apache-2.0
# verify sees that a driver reload has reset a device, and apply sets it again, VFs included
start_igb
start_vfs
default=$(coalesce "$vf0" rx-usecs)
[ "$default" != 50 ] || fail "the driver's default is 50 already"
write_profile pf.json "$pf0" '{"rx-usecs": 40}'
write_profile vf.json "$vf0" '{"rx-usecs": 50}'

for round in 1 2; do
  expect 3 "$moderato" verify vf.json
  for profile in pf.json vf.json; do
    expect 0 "$moderato" apply "$profile"
    expect 0 "$moderato" verify "$profile"
  done
  equal "$(coalesce "$vf0" rx-usecs)" 50 "rx-usecs of $vf0"
  # The PF's settings are its own: nothing reaches the VF, nor the other way round.
  equal "$(coalesce "$pf0" rx-usecs)" 40 "rx-usecs of $pf0"
  start_igb
  start_vfs
done
expect 3 "$moderato" verify pf.json
expect 3 "$moderato" verify vf.json
