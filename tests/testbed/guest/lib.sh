# SPDX-License-Identifier: Apache-2.0
# Sourced before every case, under `set -eu`: the words that cases are written in.
moderato=$BUILD/bin/moderato
work=/tmp/$CASE
mkdir -p "$work"
cd "$work"
. "$TESTBED/guest/devices.sh"
. "$TESTBED/guest/links.sh"
. "$TESTBED/guest/documents.sh"
. "$TESTBED/guest/studies.sh"
. "$TESTBED/guest/installation.sh"

fail() {
  echo "FAILED: $*"
  exit 1
}

# expect STATUS COMMAND...: its output goes to $work/out and $work/err, and into the log.
expect() {
  wanted=$1
  shift
  status=0
  "$@" >"$work/out" 2>"$work/err" || status=$?
  echo "\$ $*  -> $status"
  [ "$(wc -c <"$work/out")" -gt 4000 ] || cat "$work/out"
  cat "$work/err"
  [ "$status" = "$wanted" ] || fail "exit status $status, expected $wanted"
}
# says TEXT: what the last `expect` printed, on either stream, has this.
says() { cat "$work/out" "$work/err" | grep -qF -- "$1" || fail "it does not say: $1"; }
equal() { [ "$1" = "$2" ] || fail "${3:-value}: $1, expected $2"; }
# within LOW VALUE HIGH WHAT
within() {
  echo "$4: $2"
  { [ "$2" -ge "$1" ] && [ "$2" -le "$3" ]; } || fail "$4 is $2, expected $1 to $3"
}

# eventually SECONDS COMMAND...
eventually() {
  tries=$(($1 * 10))
  shift
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "in vain waited for: $*"
    sleep 0.1
  done
}

# The machine is gone at this instruction: nothing is synced, unmounted or told. The case starts
# again at the next boot, with PART one higher.
power_cut() {
  touch "$OWN/cut"
  printf x | dd of=/dev/port bs=1 seek=244 conv=notrunc status=none
  sleep 60
  fail "the machine lives on"
}
# The same after all is on disk, as an administrator would do it.
boot_again() {
  sync
  power_cut
}

# round_trip ADDRESS: the median of 20 pings, none of them lost, in whole microseconds.
round_trip() {
  ping -c 20 -i 0.01 "$1" | sed -n 's/.*time=\([0-9.]*\) ms/\1/p' | sort -n |
    awk '{ t[NR] = $1 } END { if (NR != 20) exit 1; printf "%d\n", t[10] * 1000 }'
}
