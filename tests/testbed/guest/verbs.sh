# SPDX-License-Identifier: Apache-2.0
# Sourced by cases after lib.sh: moderato-verbs and perftest between rxe0 and rxe1.

# The transport by shared memory, by which the ranks find each other: Open MPI 5.0 calls it sm, a name
# under which 4.1 has nothing but a refusal.
case $(mpirun --version) in
*'(Open MPI) 4.'*) shared_memory=vader ;;
*) shared_memory=sm ;;
esac

# verbs RANKS MODE OPTION...: rank 0 is on rxe0. What it prints goes to stdout.
verbs() {
  ranks=$1
  shift
  mpirun --allow-run-as-root --oversubscribe -np "$ranks" --mca pml ob1 --mca btl "$shared_memory,self" \
    "$BUILD/libexec/moderato/moderato-verbs" "$@" --devices rxe0,rxe1
}

# refused STATUS REASON RANKS MODE OPTION...
refused() {
  wanted=$1 reason=$2
  shift 2
  expect "$wanted" verbs "$@"
  says "$reason"
}

# percentiles FILE: of the numbers in it, a line each, in ns: $count, $median, $p99.
percentiles() {
  sort -n "$1" | awk '{ t[NR] = $1 } END { print NR, t[int((NR + 1) / 2)], t[int(NR * 0.99)] }' >figures
  read -r count median p99 <figures
}

# measure ITERATIONS RANKS MODE OPTION...: $count, $median and $p99 of a run, whose samples are complete.
measure() {
  iterations=$1
  shift
  verbs "$@" --iterations "$iterations" --warmup 10 >samples 2>err || { cat err; fail "status of: $*"; }
  head -n 1 samples >header
  jq -e ".count == $iterations and .resolution_ns == 1" header >/dev/null || fail "header: $(cat header)"
  tail -n 1 samples | grep -qE '^crc32 [0-9a-f]{8}$' || fail "the samples have no end"
  tail -c +$(($(wc -c <header) + 1)) samples | head -c $((4 * iterations)) | od -An -v -t u4 -w4 >durations
  percentiles durations
  [ "$(wc -c <samples)" = $(($(wc -c <header) + 4 * count + 16)) ] || fail "$count samples"
  echo "$(cut -d" " -f1 /proc/uptime) $*: median $median, p99 $p99 ns, $(jq -c .counters header)"
}
# counted NAME: a counter of the last measure(), as a whole number.
counted() { jq ".counters.$1 | round" header; }
