#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Records the landscapes of this folder anew, in the virtual machines of tests/testbed; about 35 minutes with --jobs 2.
#   sh tests/landscapes/record.sh [--jobs N] [CASE...]     cases: record-modnic-sockets, ...; default: all
# Needs root, as tests/testbed/run.sh does, whose arguments it takes.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
recorded=${MODERATO_BUILD_DIR:-$root/build}/testbed/run/recorded

cases=yes
for argument in "$@"; do
  case $argument in record-*) cases= ;; esac
done
# shellcheck disable=SC2086  # a list of words
sh "$root/tests/testbed/run.sh" "$@" \
  ${cases:+record-modnic-sockets record-modnic-verbs record-pf record-vf}

paper="--anchor adaptive-rx=0,rx-usecs=16,rx-frames=88 --anchor adaptive-rx=1,rx-usecs-low=0,rx-usecs-high=128
  --anchor adaptive-rx=0,rx-usecs=0,rx-frames=1 --anchor adaptive-rx=0,rx-usecs=64,rx-frames=256"
# 3 is what igb ships with; its documents also speak of no moderation, and of fixed rates.
intel="--anchor rx-usecs=0 --anchor rx-usecs=10 --anchor rx-usecs=80 --anchor rx-usecs=500"

# landscape LINK POLICY ANCHORS NAME WORKLOAD NIC: two, by p99 and by mean, from the study of that link and policy, if
# there is one.
landscape() {
  [ -d "$recorded/$1-$2" ] || return 0
  rounds=$(jq -r '"up to \(.measurement.search_rounds) rounds, at least 2, " +
    "\(.workloads[0].parameters.iterations) iterations a trial"' "$recorded/$1-$2/policy.json")
  for metric in p99 mean; do
    # shellcheck disable=SC2086  # a list of words
    python3 "$here/from_study.py" "$recorded/$1-$2" --name "$1-$4-$metric" --workload "$5" --metric "$metric" $3 \
      --description "$metric of $5 on $6 of the virtual testbed, in counted time: $rounds, in a random order beside the baseline" >"$here/$1-$4-$metric.json"
    echo "$1-$4-$metric: $(grep -c rounds "$here/$1-$4-$metric.json") candidates"
  done
}

mlx4="modnic, whose rules are those of mlx4,"
landscape modnic modnic-sockets "$paper" tcp-burst "tcp-pingpong size=16384" "$mlx4"
landscape modnic modnic-verbs "$paper" verbs-send "verbs-send size=4096" "$mlx4"
landscape pf usecs-sockets "$intel" udp-pingpong udp-pingpong igb
landscape vf usecs-sockets "$intel" udp-pingpong udp-pingpong igbvf
