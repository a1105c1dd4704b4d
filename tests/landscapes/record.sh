#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Records the landscapes of this folder anew, in the virtual machines of tests/testbed; about an hour.
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
  ${cases:+record-modnic-sockets record-modnic-verbs record-pf-and-vf}

rounds="5 rounds, 400 iterations a trial, each round in a random order beside the baseline"
paper="--anchor adaptive-rx=0,rx-usecs=16,rx-frames=88 --anchor adaptive-rx=1,rx-usecs-low=0,rx-usecs-high=128
  --anchor adaptive-rx=0,rx-usecs=0,rx-frames=1 --anchor adaptive-rx=0,rx-usecs=64,rx-frames=256"
# 3 is what igb ships with; its documents also speak of no moderation, and of fixed rates.
intel="--anchor rx-usecs=0 --anchor rx-usecs=10 --anchor rx-usecs=80 --anchor rx-usecs=500"
limits="--anchor rx-usecs=10,srq-limit=30 --anchor rx-usecs=80,srq-limit=30 --anchor rx-usecs=10,srq-limit=8"

# landscape LINK POLICY ANCHORS WORKLOAD NIC: from the study of that link and policy, if there is one.
landscape() {
  [ -d "$recorded/$1-$2" ] || return 0
  # shellcheck disable=SC2086  # a list of words
  python3 "$here/from_study.py" "$recorded/$1-$2" --name "$1-$4" --workload "$4" $3 \
    --description "p99 of $4 on $5 of the virtual testbed, in counted time: $rounds" >"$here/$1-$4.json"
  echo "$1-$4: $(grep -c rounds "$here/$1-$4.json") candidates"
}

for workload in udp-pingpong tcp-pingpong tcp-stream; do
  landscape modnic modnic-sockets "$paper" $workload "modnic, whose rules are those of mlx4,"
  landscape pf usecs-sockets "$intel" $workload "igb"
  landscape vf usecs-sockets "$intel" $workload "igbvf"
done
for workload in verbs-write verbs-send verbs-srq; do
  landscape modnic modnic-verbs "$paper" $workload "modnic, whose rules are those of mlx4,"
done
landscape pf usecs-verbs "$limits" verbs-srq "igb"
landscape vf usecs-verbs "$limits" verbs-srq "igbvf"
