# SPDX-License-Identifier: Apache-2.0
# apply sets what igb has, verify sees it, and what igb refuses leaves the device as it was
start_igb
before=$(coalesce "$pf0" rx-usecs)
[ "$before" != 40 ] || fail "the driver's default is 40 already"
write_profile profile.json "$pf0" '{"rx-usecs": 40}'

expect 3 "$moderato" verify profile.json
says "$before -> 40"
expect 0 "$moderato" apply profile.json --netdev "$pf0"
equal "$(coalesce "$pf0" rx-usecs)" 40 "rx-usecs of $pf0"
equal "$(coalesce "$pf1" rx-usecs)" "$before" "rx-usecs of $pf1, which was not named"
expect 0 "$moderato" apply profile.json
equal "$(coalesce "$pf1" rx-usecs)" 40 "rx-usecs of $pf1"
expect 0 "$moderato" verify profile.json

# Not among what igb supports: refused before anything is written.
write_profile frames.json "$pf0" '{"rx-usecs": 80, "rx-frames": 4}'
expect 1 "$moderato" apply frames.json
says rx-frames
equal "$(coalesce "$pf0" rx-usecs)" 40 "rx-usecs of $pf0 after a refusal"

# igb takes 0 to 3 and 10 to 10000, and says so by EINVAL alone.
write_profile hole.json "$pf0" '{"rx-usecs": 5}'
expect 1 "$moderato" apply hole.json
says rx-usecs
equal "$(coalesce "$pf0" rx-usecs)" 40 "rx-usecs of $pf0 after a refusal by the driver"
expect 0 "$moderato" restore
says "nothing to restore"
