# SPDX-License-Identifier: Apache-2.0
# whole grids of the paper's knobs are measured on modnic under RDMA, and their records leave the guest
# limit: 14400
# run: asked
# By tests/landscapes/record.sh.
. "$TESTBED/guest/recording.sh"
start_modnic adaptive_rx=1 rx_usecs=16 rx_frames=88
record modnic modnic-verbs
ends_have modnic rx-usecs 16
