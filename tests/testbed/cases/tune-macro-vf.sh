# SPDX-License-Identifier: Apache-2.0
# the policy macro tunes the NAS benchmarks, each run verified, on VFs
# limit: 3600
# run: asked
start_vf
tunes_macro vf 3
