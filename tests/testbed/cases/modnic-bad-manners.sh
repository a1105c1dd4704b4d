# SPDX-License-Identifier: Apache-2.0
# each bad manner of a driver is met: rounding, refusals with words, its own defaults, modes, flaps
profile() { write_profile profile.json modnic0 "$1"; }
plain="adaptive_rx=0 rx_usecs=16 rx_frames=88"

# Out of its range: the driver's own words reach the user, and nothing has changed.
start_modnic $plain
profile '{"rx-usecs": 9000, "rx-frames": 1}'
expect 1 "$moderato" apply profile.json
says "times are at most 8191 us"
equal "$(coalesce modnic0 rx-usecs) $(coalesce modnic0 rx-frames)" "16 88" "settings after a refusal"

# It rounds without a word: apply reads back, says so, and puts the old value back.
start_modnic $plain round_to=8
profile '{"rx-usecs": 50}'
expect 1 "$moderato" apply profile.json
says "rx-usecs = 50 but shows 48"
equal "$(coalesce modnic0 rx-usecs)" 16 "rx-usecs after a rounded value"

# It refuses a time while adaptive: the mode is off for that moment only.
start_modnic adaptive_rx=1 rx_usecs=16 refuse_while_adaptive=1
profile '{"adaptive-rx": 1, "rx-usecs": 40, "rx-usecs-low": 5}'
expect 1 ethtool -C modnic0 rx-usecs 40
expect 0 "$moderato" apply profile.json
equal "$(coalesce modnic0 rx-usecs)" 40 "rx-usecs behind the adaptive mode"
equal "$(coalesce modnic0 rx-usecs-low)" 5 "rx-usecs-low"
ethtool -c modnic0 | grep -q '^Adaptive RX: on' || fail "the adaptive mode did not come back"

# It loses its carrier at a change: that is no refusal, and the carrier comes back.
start_modnic $plain flap_ms=300
profile '{"rx-usecs": 40}'
expect 0 "$moderato" apply profile.json
eventually 5 has_carrier modnic0
expect 0 "$moderato" verify profile.json

# Another version of the driver: the values hold, but the profile is stale.
start_modnic $plain rx_usecs=40 version=2.0
expect 0 "$moderato" verify profile.json
says stale
expect 0 "$moderato" restore
says "nothing to restore"
