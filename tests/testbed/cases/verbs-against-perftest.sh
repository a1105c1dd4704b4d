# SPDX-License-Identifier: Apache-2.0
# moderato-verbs adds no more to a latency than perftest does, on the same link at the same time
. "$TESTBED/guest/rdma.sh"
. "$TESTBED/guest/verbs.sh"
iterations=400

# perftest MODE: all its samples but the first ten, as round trips in ns.
perftest() {
  "ib_$1_lat" -d rxe0 -x 1 -F -n $iterations -s 8 >server 2>&1 &
  trap "kill $! 2>/dev/null || :" EXIT
  eventually 20 listens
  "ib_$1_lat" -d rxe1 -x 1 -F -n $iterations -s 8 -U 10.2.0.1 >client 2>&1 || { cat client; fail "ib_$1_lat"; }
  wait $!
  # Of a write and a send it prints half of the round trip.
  halves=2
  [ "$1" != read ] || halves=1
  sed -n 's/^ *[0-9]*, *\([0-9.]*\).*/\1/p' client | tail -n +11 |
    awk -v halves=$halves '{ print $1 * halves * 1000 }' >durations
  percentiles durations
  echo "ib_$1_lat: median $median, p99 $p99 ns of a round trip"
}

start_modnic adaptive_rx=0 rx_usecs=0 rx_frames=1
for mode in write read send; do
  perftest $mode
  their_median=$median their_p99=$p99
  for yield in off on; do
    measure $iterations 2 $mode --yield $yield --addresses 10.2.0.1,10.2.0.2
    echo "$mode, yield $yield: $median $their_median $p99 $their_p99" |
      awk '{ printf "%s %s %s median ratio %.2f, p99 ratio %.2f\n", $1, $2, $3, $4 / $5, $6 / $7 }'
    within 0 "$median" "${their_median%.*}" "median of $mode, yield $yield"
  done
  within 0 "$p99" "${their_p99%.*}" "p99 of $mode, yield on"
done
