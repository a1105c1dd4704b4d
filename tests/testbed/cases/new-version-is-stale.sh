# SPDX-License-Identifier: Apache-2.0
# a new version of the driver makes the installed profile stale; tune --since proves it anew, and it is current again
profiles=/etc/moderato/profiles.d
# status WANTED: of modnic0 alone; the other end lives in a host of its own, and igb is not tuned.
status() { expect "$1" "$moderato" status --netdev modnic0; }
install_profile() {
  mkdir -p "$profiles"
  cp "$1" "$profiles/modnic.json"
}

write_policy policy.json planted '{"knob": "rx-usecs", "values": [0, 50, 200]}' ping
start_modnic_hosts adaptive_rx=0 rx_usecs=100 rx_frames=88
status 5
finds modnic policy.json '{"rx-usecs":0}'
install_profile study-modnic/profile.json
status 3
says "rx-usecs is 100, the profile says 0"
expect 0 "$moderato" apply "$profiles/modnic.json" --netdev modnic0
status 0

# The new driver begins with its own default. The values of a stale profile may still be the best.
start_modnic_hosts adaptive_rx=0 rx_usecs=100 rx_frames=88 version=2.0
expect 0 "$moderato" apply "$profiles/modnic.json" --link modnic
status 4
says "driver_version: 1.0 -> 2.0"

# In force at both ends, it is held against the baseline that its study began with.
expect 0 "$moderato" tune --since study-modnic/profile.json --study study-since
says "The ranking of study-modnic/profile.json stands"
equal "$(jq -cS .settings study-since/profile.json)" '{"rx-usecs":0}' "settings of the new profile"
equal "$(jq -cS .evidence.baseline_settings study-since/profile.json)" '{"rx-usecs":100}' "its baseline"
grep -q '"phase":"search"' study-since/trials.jsonl && fail "it has searched"
ends_have modnic rx-usecs 0
install_profile study-since/profile.json
status 0
rm -r "$profiles"
