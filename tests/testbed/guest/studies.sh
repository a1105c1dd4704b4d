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
  values=$(each_end "$1" ethtool -c NETDEV | sed -n "s/^$2:[[:space:]]*//p" | sort -u)
  equal "$values" "$3" "$2 at the ends of $1"
}

# finds LINK POLICY SETTINGS: a study that ends with a profile of these settings. Its folder is
# ./study-LINK; what was there before is there again.
finds() {
  expect 0 "$moderato" tune --policy "$2" --link "$1" --study "study-$1"
  equal "$(jq -r .outcome "study-$1/profile.json")" improved outcome
  equal "$(jq -cS .settings "study-$1/profile.json")" "$3" "settings of the profile"
}
# figure LINK FILTER: of the profile that `finds` made.
figure() { jq -r "$2" "study-$1/profile.json"; }

# gap PF_LINK VF_LINK: how far the second is behind the first, before and after both were tuned.
# Medians over the confirmation rounds, in nanoseconds.
gap() {
  for name in "$1" "$2"; do
    echo "$name: p99 ratio and p of the paired tests: $(figure "$name" '.evidence.comparisons[0] |
      "\(.ratio_median) [\(.ratio_low), \(.ratio_high)] rank, Holm \(.p_holm), t \(.p_t)"')"
  done
  for quantity in median p99; do
    for state in baseline comparisons[0].summaries; do
      a=$(figure "$1" ".evidence.$state[] | .$quantity * 1000 | round")
      b=$(figure "$2" ".evidence.$state[] | .$quantity * 1000 | round")
      echo "$quantity ${state%%[*}: $1 $a ns, $2 $b ns, gap $((b - a)) ns"
    done
  done
}

# How many baselines wait on the disk to be put back.
snapshots() { find /var/lib/moderato/snapshots -name '*.json' 2>/dev/null | wc -l; }
