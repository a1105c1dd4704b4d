# SPDX-License-Identifier: Apache-2.0
# Sourced by cases that ask whether a search with few trials finds what the whole grid finds.

# Every reply is a burst of 11 packets: with one packet at a time half of the settings would be as good as
# the best. A trial under mpirun would take the grids from minutes to hours.
write_ping_burst() {
  write_ping
  jq '.name = "ping-burst" | .command |= (.[:2] + ["-s", "16000"] + .[2:])' workloads/ping.json >workloads/ping-burst.json
}

# finds_what_the_grid_finds LINK CONFIRM_ROUNDS: studies ./grid-LINK and ./few-LINK of the space in ./space.json:
# every candidate in 15 rounds, as the paper has it, and the Bayesian search with a tenth of the trials that
# this is. What the search chooses must be within 5 % of the grid's best, by the grid's own measurements.
finds_what_the_grid_finds() {
  link=$1 rounds=$2
  write_ping_burst
  # The median, which repeats within 2 to 4 %: of p99, which repeats within 12 %, nobody knows a best by 5 %.
  jq -n --slurpfile space space.json --argjson rounds "$rounds" '
    {schema: "moderato-policy/1", name: "grid", class: "latency", workloads: [{use: "ping-burst"}],
     space: $space[0], objective: {metric: "median"}, searcher: {name: "grid"},
     measurement: {calibration_rounds: 2, probe_rounds: 0, search_rounds: 15, batch: 1000, finalists: 1,
                   confirm_rounds: $rounds, trial_timeout_s: 60, keep_samples: false},
     safety: {heartbeat_timeout_s: 600}}' >grid.json
  # Where the best is an adaptive mode with two minds, the grid may fail to prove it; it was measured all the same.
  concludes "$link" grid.json
  mv "study-$link" "grid-$link"
  # Two trials in each round of the calibration, a baseline in each batch of four or less, three trials in
  # each round of the confirmation: what is left of the tenth goes to candidates.
  few=$((($(jq '.search | length' "grid-$link/report.json") * 15 / 10 - 2 * 2 - 3 * rounds - 1) * 4 / 5))
  jq --argjson few "$few" '.name = "few" | .searcher.name = "bayesian" | .budget.max_candidates = $few |
    .measurement |= (.search_rounds = 1 | del(.batch))' grid.json >few.json
  concludes "$link" few.json
  mv "study-$link" "few-$link"

  # By scores, not by ratios to the baseline: the paired rounds of two candidates are not the same ones where
  # one was dropped early, and igb as shipped has two minds from round to round. Counted time does not drift.
  jq -rn --slurpfile grid "grid-$link/report.json" --slurpfile few "few-$link/report.json" --arg link "$link" \
    --slurpfile few_trials "few-$link/trials.jsonl" --slurpfile grid_trials "grid-$link/trials.jsonl" '
    def median: sort | .[length / 2 | floor];
    def by_grid($settings): [$grid_trials[] | select(.phase == "search" and .settings == $settings) | .score] | median;
    ([$grid_trials[] | select(.phase == "search").settings] | unique |
      map({settings: ., score: by_grid(.)}) | min_by(.score)) as $best |
    {link: $link, candidates: ($grid[0].search | length), grid_15_rounds: (($grid[0].search | length) * 15),
     grid_trials: ($grid_trials | length), few_trials: ($few_trials | length), searched: ($few[0].search | length),
     grid_best: $best.settings, grid_best_score: $best.score, grid_chosen: $grid[0].chosen,
     few_chosen: $few[0].chosen, few_score: by_grid($few[0].chosen),
     behind: (by_grid($few[0].chosen) / $best.score - 1)}' >"against-grid-$link.json"
  jq -cM . "against-grid-$link.json"
  jq -e '.few_trials * 10 <= .grid_15_rounds' "against-grid-$link.json" >/dev/null || fail "more than a tenth of the trials"
  jq -e '.behind >= 0 and .behind <= 0.05' "against-grid-$link.json" >/dev/null || fail "the grid has found a better one"
}

# The paper's knobs, as far as one packet of a burst can tell them apart; and igb's, geometrically.
paper_space='{"parameters": [
  {"knob": "adaptive-rx", "values": [1, 0]},
  {"knob": "rx-usecs", "values": [16, 0, 4, 8, 32, 64, 256]},
  {"knob": "rx-frames", "values": [88, 1, 4, 8, 16, 32, 256]},
  {"knob": "rx-usecs-low", "values": [0, 8, 40, 128]},
  {"knob": "rx-usecs-high", "values": [128, 40, 1000]}],
 "constraints": [
  {"kind": "fixed_unless_zero", "knobs": ["adaptive-rx", "rx-usecs", "rx-frames"]},
  {"kind": "fixed_if_zero", "knobs": ["adaptive-rx", "rx-usecs-low", "rx-usecs-high"]},
  {"kind": "ascending", "knobs": ["rx-usecs-low", "rx-usecs-high"]}]}'
igb_space='{"parameters": [{"knob": "rx-usecs", "values": [3, 0, 1, 10, 12, 14, 17, 20, 24, 28, 34, 40, 48,
  57, 68, 80, 96, 115, 137, 160, 200, 240, 280, 340, 400, 500, 600, 700, 850, 1000, 2000]}]}'
# igbvf takes 2 and no 1, and shows 1 for 0.
igbvf_space=$(echo "$igb_space" | sed 's/3, 0, 1, 10/3, 0, 2, 10/')
