# SPDX-License-Identifier: Apache-2.0
# the paper's question on real drivers: how far is a VF behind a PF, before and after both are tuned
# limit: 900
# igb and igbvf as they ship (rx-usecs 3: the driver adapts), one policy for both.
write_policy policy.json gap '{"knob": "rx-usecs", "values": [0, 10, 70]}'

start_pf
finds pf policy.json '{"rx-usecs":0}'
start_vf
# igbvf cannot switch moderation off: what it is given as 0 it shows as 1.
finds vf policy.json '{"rx-usecs":1}'

# baseline FIGURE, tuned FIGURE: of the confirmation rounds, in nanoseconds.
baseline() { figure "$1" ".evidence.baseline[] | .$2 * 1000 | round"; }
tuned() { figure "$1" ".evidence.comparisons[0].summaries[] | .$2 * 1000 | round"; }
for name in pf vf; do
  echo "$name: ratio and p of the paired tests: $(figure $name '.evidence.comparisons[0] |
    "\(.ratio_median) [\(.ratio_low), \(.ratio_high)] rank, Holm \(.p_holm), t \(.p_t)"')"
done
for quantity in median p99; do
  before=$(($(baseline vf $quantity) - $(baseline pf $quantity)))
  after=$(($(tuned vf $quantity) - $(tuned pf $quantity)))
  echo "$quantity in ns: before pf $(baseline pf $quantity) vf $(baseline vf $quantity) gap $before;" \
    "after pf $(tuned pf $quantity) vf $(tuned vf $quantity) gap $after"
done
