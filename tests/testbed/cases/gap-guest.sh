# SPDX-License-Identifier: Apache-2.0
# the gap between a link of PFs and one into a virtual machine by a VF, before and after the same tuning
# hardware: nested
# limit: 3600
. "$TESTBED/guest/inner.sh"
write_policy policy.json gap '{"knob": "rx-usecs", "values": [10, 500]}'

# tune LINK: with the policy that is the same for all, whose baseline is 200 us.
tune() {
  expect 0 "$moderato" tune --policy policy.json --link "$1.json" --study "$1"
  equal "$(jq -c .settings "$1/profile.json")" '{"rx-usecs":10}' "settings of the profile for $1"
  "$moderato" report "$1" --format json >"$1-report.json"
}

start_igb
ip address add 10.1.0.1/24 dev "$pf0"
host_of hB "$pf1" 10.1.0.2
write_link pf.json pf "$(endpoint - "$pf0" 10.1.0.1)" "$(endpoint hB "$pf1" 10.1.0.2)"
eventually 20 in_host hB ping -c 1 -W 1 -q 10.1.0.1
ethtool -C "$pf0" rx-usecs 200
in_host hB ethtool -C "$pf1" rx-usecs 200
tune pf
ip netns del hB

start_igb
start_inner "$pf0"
start_outer_vf "$pf1"
write_guest_link guest.json
eventually 20 ping -c 1 -W 1 -q "$inner_address"
ethtool -C "$outer_netdev" rx-usecs 200
in_inner ethtool -C "$inner_netdev" rx-usecs 200
tune guest

# Medians over the rounds; the ratio, its interval and the p-values compare after with before.
jq -rs 'def figure: if . > 0 then . else error("a figure is missing") end;
  def figures: [.summaries[]][0] | "\(.median | figure) \(.p99 | figure)";
  "link: median p99 before, median p99 after, us; ratio of p99, interval, p_rank, p_t",
  (.[] | .confirmation.comparisons[0] as $after |
   "\(.link.name | sub(".*/"; "")): \(.baseline | figures), \($after | figures); " +
   "\($after.ratio_median), \($after.ratio_low)..\($after.ratio_high), \($after.p_rank), \($after.p_t)")
  ' pf-report.json guest-report.json

for link in pf guest; do
  jq -e '.confirmation.comparisons[0] | .significant and .ratio_high < 0.5' "$link-report.json" ||
    fail "tuning did not help on $link as much as was planted"
done
