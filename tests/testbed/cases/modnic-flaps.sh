# SPDX-License-Identifier: Apache-2.0
# a driver that loses its carrier at a change has not refused it, and the carrier comes back
start_modnic_hosts adaptive_rx=0 rx_usecs=16 rx_frames=88 flap_ms=300
write_profile profile.json modnic0 '{"rx-usecs": 40}'
expect 0 "$moderato" apply profile.json
eventually 5 has_carrier modnic0
expect 0 "$moderato" verify profile.json
