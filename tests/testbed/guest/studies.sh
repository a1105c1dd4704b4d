# SPDX-License-Identifier: Apache-2.0
# Sourced by lib.sh: whole studies, and the settings of all endpoints of a link.

# each_end LINK WORD...: runs the words at every endpoint; NETDEV stands for its netdev.
each_end() {
  document=/etc/moderato/links/$1.json
  shift
  jq -r '.endpoints[] | .netdev + " " + (.launch_prefix | join(" "))' "$document" |
    while read -r netdev prefix; do
      # shellcheck disable=SC2046,SC2086  # lists of words
      $prefix $(echo "$*" | sed "s/NETDEV/$netdev/") </dev/null || exit 1
    done
}

# set_ends LINK KEY VALUE...: by ethtool, independent of the code under test.
set_ends() {
  link=$1
  shift
  each_end "$link" ethtool -C NETDEV "$@"
}
# ends_have LINK KEY VALUE: at every endpoint.
ends_have() {
  values=$(each_end "$1" ethtool -c NETDEV | sed -n "s/^$2:[[:space:]]*//p")
  # shellcheck disable=SC2086  # a list of words
  equal "$(echo $values)" "$(jq -r --arg value "$3" '[.endpoints[] | $value] | join(" ")' "/etc/moderato/links/$1.json")" \
    "$2 at the ends of $1"
}

# finds LINK POLICY SETTINGS: a study that ends with a profile of these settings. Its folder is
# ./study-LINK; what was there before is there again.
finds() {
  expect 0 "$moderato" tune --policy "$2" --link "$1" --study "study-$1"
  equal "$(jq -r .outcome "study-$1/profile.json")" improved outcome
  equal "$(jq -cS .settings "study-$1/profile.json")" "$3" "settings of the profile"
}
# concludes LINK POLICY: a study of which nothing is planted, so it may end with an improvement or
# without one; but every trial is complete.
concludes() {
  status=0
  "$moderato" tune --policy "$2" --link "$1" --study "study-$1" >out 2>err || status=$?
  { [ $status = 0 ] || [ $status = 3 ]; } || { cat out err; fail "$2 on $1: exit status $status"; }
  jq -es 'length > 0 and all(.state == "complete")' "study-$1/trials.jsonl" >/dev/null ||
    { cat err; fail "a trial of $2 on $1 failed"; }
  echo "$2 on $1: $(jq -s length "study-$1/trials.jsonl") trials; $(jq -cM '{chosen, verdict}' "study-$1/report.json")"
}
# searched LINK KNOBS: a JSON list, in alphabetical order
searched() { equal "$(jq -c '[.knobs[].knob] | sort' "study-$1/report.json")" "$2" "knobs searched on $1"; }

# searches_whole_policy POLICY LINK KNOBS CANDIDATES: a shipped one with its whole space and all its
# workloads; with fewer iterations and rounds than shipped, but with no fewer candidates.
searches_whole_policy() {
  jq '.workloads[].parameters |= (.iterations = 400 | .warmup = 20) |
    .measurement = {calibration_rounds: 2, probe_rounds: 1, search_rounds: 1, finalists: 1, confirm_rounds: 6,
                    trial_timeout_s: 60} |
    .safety = {heartbeat_timeout_s: 600}' "$TESTBED/../../policies/$1.json" >"$1.json"
  concludes "$2" "$1.json"
  searched "$2" "$3"
  equal "$(jq '[.search[].candidate] | length' "study-$2/report.json")" "$4" "candidates of $1 on $2"
}

# tunes_macro LINK RX_USECS: the shipped policy macro, in class S, one run each, few candidates and
# rounds: what is found is not planted. As every trial is complete, every run was verified. RX_USECS
# is what the knob was before.
tunes_macro() {
  jq '.workloads[].parameters |= (.class = "S" | .runs = 1) |
    .budget = {max_candidates: 2, max_minutes: 50} | .searcher = {name: "random"} |
    .measurement = {calibration_rounds: 2, probe_rounds: 0, search_rounds: 1, finalists: 1, confirm_rounds: 6,
                    trial_timeout_s: 600} |
    .safety = {heartbeat_timeout_s: 600}' "$TESTBED/../../policies/macro.json" >macro.json
  concludes "$1" macro.json
  equal "$(jq -cs '[.[].outcomes[].workload | split(" ")[0]] | unique' "study-$1/trials.jsonl")" '["nas-cg","nas-ep","nas-lu","nas-sp"]' \
    "workloads measured on $1"
  ends_have "$1" rx-usecs "$2"
}

# figure LINK FILTER: of the profile that `finds` made.
figure() { jq -r "$2" "study-$1/profile.json"; }

# gap PF_LINK VF_LINK: how far the second is behind the first, before and after both were tuned.
# Medians over the confirmation rounds.
gap() {
  case $(jq -rs '.[0].outcomes[0].unit' "study-$1/trials.jsonl") in
  us) thousandth=ns ;;
  ms) thousandth=us ;;
  *) fail "the unit of study-$1" ;;
  esac
  for name in "$1" "$2"; do
    echo "$name: p99 ratio and p of the paired tests: $(figure "$name" '.evidence.comparisons[0] |
      "\(.ratio_median) [\(.ratio_low), \(.ratio_high)] rank, Holm \(.p_holm), t \(.p_t)"')"
  done
  for quantity in median p99; do
    for state in baseline comparisons[0].summaries; do
      a=$(figure "$1" ".evidence.$state[] | .$quantity * 1000 | round")
      b=$(figure "$2" ".evidence.$state[] | .$quantity * 1000 | round")
      echo "$quantity ${state%%[*}: $1 $a, $2 $b, gap $((b - a)) $thousandth"
    done
  done
}

# How many baselines wait on the disk to be put back.
snapshots() { find /var/lib/moderato/snapshots -name '*.json' 2>/dev/null | wc -l; }
