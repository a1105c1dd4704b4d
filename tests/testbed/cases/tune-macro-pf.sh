# SPDX-License-Identifier: Apache-2.0
# the policy macro tunes the NAS benchmarks, each run verified, on PFs
# limit: 3600
# run: asked
start_pf
tunes_macro pf 3
