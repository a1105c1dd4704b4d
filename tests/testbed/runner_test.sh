#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Does run.sh tell right from wrong? Runs the cases of tests/testbed/runner, most of which must fail,
# and machines that never boot. Prints what it finds, and ends with a count.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
output=$(mktemp)
trap 'rm -f "$output" "$output.typed"' EXIT
passed=0 failed=0

# Shorter than the default, which a boot of systemd on a busy host may need.
export MODERATO_TESTBED_CASES="$here/runner" MODERATO_TESTBED_PATIENCE=40

# run_it STATUS ARGUMENT...: run.sh must end with this status.
run_it() {
  wanted=$1 status=0
  shift
  sh "$here/run.sh" "$@" >"$output" 2>&1 || status=$?
  [ "$status" = 77 ] && { cat "$output"; exit 77; }
  check "run.sh $* ends with status $wanted" [ "$status" = "$wanted" ]
}
# check LAW COMMAND...
check() {
  law=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $law"
    sed 's/^/    | /' "$output"
  fi
}
# prints REGEX
prints() { grep -qE -- "$1" "$output"; }

run_it 1
for name in passes cuts; do
  check "$name passes" prints "^ok +$name "
done
for name in fails fails-in-the-middle overruns warns panics hangs; do
  check "$name fails" prints "^FAILED +$name "
done
check "a failure shows the case's own words" prints '\| FAILED: a number: 1, expected 2'
check "an overrun is told with its limit" prints '\| not done after 2 s'
check "a complaint of the kernel is shown" prints '\| .*WARNING: made up'
check "what was said before a panic is not lost" prints '\| about to panic'
check "a panic comes with the last lines of the console" prints '\| .*sysrq triggered crash'
check "a hang is told as such" prints '\| the machine hung: nothing new for 40 s'
check "the last line counts" prints '^2 passed, 6 failed, in [0-9]+ s'

run_it 0 --realtime passes
check "one case alone" prints '^1 passed, 0 failed'

export MODERATO_TESTBED_KERNEL_ARGUMENTS=rdinit=/nowhere
run_it 1 passes cuts
unset MODERATO_TESTBED_KERNEL_ARGUMENTS
check "a guest that never boots fails its cases" prints '^FAILED +cuts '
check "and says so" prints '\| the guest never booted'
check "with the kernel's last words" prints '\| .*Kernel panic'

# type_at_prompt WORDS: what is typed before the prompt is there is lost.
type_at_prompt() {
  for second in $(seq 300); do
    if grep -q 'Leave: exit' "$output"; then break; fi
    sleep 1
  done
  sleep 3
  echo "$1"
}
mkfifo "$output.typed"
type_at_prompt 'echo prompt-$((40 + 2)); exit' >"$output.typed" &
run_it 0 --shell <"$output.typed"
check "--shell gives a prompt" prints 'prompt-42'

run_it 1 no-such-case
check "an unknown case is named" prints "there is no case 'no-such-case'"
run_it 2 --no-such-option
check "unknown options get the usage" prints 'run.sh \[--list\]'
run_it 0 --list
check "--list names the laws" prints '^fails +a case that fails says'

printf '%d passed, %d failed, of the runner\n' "$passed" "$failed"
[ "$failed" = 0 ]
