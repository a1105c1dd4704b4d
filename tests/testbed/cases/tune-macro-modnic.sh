# SPDX-License-Identifier: Apache-2.0
# the policy macro tunes the NAS benchmarks, each run verified, on modnic
# limit: 3600
# run: asked
start_modnic adaptive_rx=1 rx_usecs=16 rx_frames=88
tunes_macro modnic 16
