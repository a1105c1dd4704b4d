# SPDX-License-Identifier: Apache-2.0
# Sourced by the cases that record landscapes: whole grids, and how they leave the guest.

# record LINK POLICY [FOLDER]: a study of tests/landscapes/policies/POLICY.json, whose records are left in
# build/testbed/run/recorded/FOLDER (LINK-POLICY if not given). Whatever the verdict is.
record() {
  folder=${3:-$1-$2}
  status=0
  cp "$TESTBED/../landscapes/policies/$2.json" .  # root's own: the tree may be another user's
  "$moderato" tune --policy "$2.json" --link "$1" --study "$folder" \
    >out 2>err || status=$?
  { [ $status = 0 ] || [ $status = 3 ]; } || { tail -n 20 err; fail "$2 on $1: exit status $status"; }
  echo "$folder, the search:"
  jq -sr '[.[] | select(.phase == "search")] | group_by(.state)[] | "\(length) trials \(.[0].state)"' "$folder/trials.jsonl"
  mkdir -p "/testbed/recorded/$folder"
  cp "$folder"/*.json "$folder/trials.jsonl" "/testbed/recorded/$folder/"
}
