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
