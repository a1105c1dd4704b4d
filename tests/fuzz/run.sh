#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs fuzz targets one after the other, and prints a table. Findings, corpora and logs stay in
# BUILD/fuzz; a corpus is gone on with the next time.
# Usage: run.sh BUILD SECONDS [TARGET...], after
#   cmake --preset fuzz && cmake --build --preset fuzz
set -eu
usage() {
  echo "usage: sh tests/fuzz/run.sh BUILD SECONDS [TARGET...]   (of each target)" >&2
  exit 2
}
[ $# -ge 2 ] || usage
case $2 in '' | *[!0-9]* | 0) usage ;; esac
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
programs=$(CDPATH= cd -- "$1" && pwd)/tests/fuzz
work=$(CDPATH= cd -- "$1" && pwd)/fuzz
seconds=$2
shift 2
[ -x "$programs/fuzz_seeds" ] || {
  echo "$programs has no fuzz targets (cmake --preset fuzz && cmake --build --preset fuzz)" >&2
  exit 2
}
[ $# -gt 0 ] || set -- policy catalogue profile request reply netlink samples records snapshot hosts door

# The shipped documents, and what the code itself writes.
seeds=$work/seeds
rm -rf "$seeds"
"$programs/fuzz_seeds" "$seeds"
mkdir -p "$seeds/policy"
cp "$root"/policies/*.json "$root"/tests/landscapes/policies/*.json "$seeds/policy"
for file in "$root"/workloads/catalogue/*.json "$root"/workloads/catalogue/mpi/*.json; do
  cp "$file" "$seeds/catalogue/$(basename "$(dirname "$file")")-$(basename "$file")"
done

# Snapshots are fsynced; in memory that costs nothing.
TMPDIR=$(mktemp -d -p "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
trap 'exit 130' INT TERM HUP

# Every text in quotes that the seeds have is a word of the dictionary: names of fields and their choices.
words() {
  LC_ALL=C grep -aohE '"[A-Za-z0-9_./-]{1,40}"' "$1"/* | LC_ALL=C sort -u |
    sed 's/^"\(.*\)"$/"\\"\1\\""/'
}

# figure LOG NAME: the last number that libFuzzer gave under that name.
figure() { sed -n "s/.*$2[: ]*\([0-9][0-9]*\).*/\1/p" "$1" | tail -n 1; }

bad=0
row='%-10s %12s %8s %9s  %s\n'
# shellcheck disable=SC2059  # the format of all rows
printf "$row" target executions corpus coverage verdict
for target in "$@"; do
  [ -x "$programs/fuzz_$target" ] || { echo "no target '$target' in $programs" >&2; exit 2; }
  corpus=$work/corpus/$target
  log=$work/$target.log
  mkdir -p "$corpus" "$work/findings"
  { words "$seeds/$target" && echo '"0"'; } >"$work/$target.dict"  # libFuzzer takes no empty one
  verdict=clean
  "$programs/fuzz_$target" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 -max_len=16384 \
    -dict="$work/$target.dict" -artifact_prefix="$work/findings/$target-" -print_final_stats=1 \
    "$corpus" "$seeds/$target" >"$log" 2>&1 || verdict="FINDING, see $log"
  [ "$verdict" = clean ] || bad=1
  # shellcheck disable=SC2059
  printf "$row" "$target" "$(figure "$log" stat::number_of_executed_units)" \
    "$(find "$corpus" -type f | wc -l)" "$(figure "$log" 'cov')" "$verdict"
done
exit $bad
