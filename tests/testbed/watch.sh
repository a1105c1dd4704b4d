# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh: several machines at work on one queue, and the watch over them.

# Seconds of real time without a sign of life after which a machine counts as hung.
patience=${MODERATO_TESTBED_PATIENCE:-300}

run_cases() {
  begun=$(date +%s)
  workers=
  for number in $(seq "$jobs"); do
    mkdir -p "$run/machine-$number/case"
    : >"$run/machine-$number/results"
    : >"$run/machine-$number/log"
    make_disk "$run/machine-$number/disk.img"
    work "$number" 9>&- &
    workers="$workers $!"
  done
  trap 'kill $workers 2>/dev/null; wait' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # shellcheck disable=SC2086  # a list of words
  wait $workers || :
  trap - EXIT
  list_failures >"$failed"
  summarise $(($(date +%s) - begun))
}

waiting() { ls "$run/queue/$1" 2>/dev/null | grep -q .; }
begun_case() { ls "$own/case" | head -n 1; }

# work NUMBER: boots machines until no case is left. Machines start at different ends of the list of
# kinds, since each kind costs a boot.
work() {
  own=$run/machine-$1
  trap 'kill -9 $machine 2>/dev/null || :' EXIT
  trap 'exit 143' TERM
  for kind in $(ls "$run/queue" | if [ $(($1 % 2)) = 1 ]; then cat; else sort -r; fi); do
    while waiting "$kind" || [ -n "$(begun_case)" ]; do boot_machine "$kind" "$1"; done
  done
}

boot_machine() {
  rm -f "$own/booted" "$own/cut" "$own/console"
  : >"$own/progress"
  : >"$own/console"
  gone=$((gone + seen)) seen=0
  start_machine "$1" "$2" &
  machine=$!
  watch_machine
  cat "$own/console" >>"$own/console.log"
  if [ ! -f "$own/cut" ]; then
    if [ ! -f "$own/booted" ]; then
      fail_all "$1"
    elif [ -n "$(begun_case)" ]; then
      fail_begun
    fi
  fi
  show_results
}

last_sign_of_life() { stat -c %Y "$own/progress" "$own/console" "$own/log" | sort -n | tail -n 1; }

# Shows results as they come; ends a machine in which nothing happens any more.
watch_machine() {
  death=
  while kill -0 "$machine" 2>/dev/null; do
    sleep 1
    seen=$(($(ps -o cputimes= -p "$machine" || echo "$seen")))
    show_results
    if [ $(($(date +%s) - $(last_sign_of_life))) -gt "$patience" ]; then
      death="hung: nothing new for $patience s"
      kill -9 "$machine" 2>/dev/null || :
    fi
  done
  wait "$machine" 2>/dev/null || :
}

# log_of CASE: what it has said on this machine.
log_of() { awk -v name="$1" '/^### / { its = $2 == name; next } its' "$own/log"; }

# The lines `RESULT CASE SECONDS` that the guest has added since. Beside the guest's seconds stands
# what the host gave for them: CPU seconds, boots included, of the machines that are gone, of this one
# as last seen, and of these all what has been shown.
shown=0 gone=0 seen=0 spent=0
show_results() {
  lines=$(wc -l <"$own/results")
  [ "$lines" -gt "$shown" ] || return 0
  cost=$((gone + seen - spent))
  sed -n "$((shown + 1)),${lines}p" "$own/results" | while read -r result name seconds; do
    { log_of "$name"; cat "$own/death" 2>/dev/null || :; } >"$run/logs/$name.log"
    rm -f "$own/death"
    { printf '%-7s %-36s %8s s %5d s of CPU\n' "$result" "$name" "$seconds" "$cost"
      [ "$result" = ok ] || sed 's/^/    | /' "$run/logs/$name.log" | tail -n 30; } >"$own/shown"
    cat "$own/shown" # at once: other machines print as well
  done
  shown=$lines spent=$((gone + seen))
}

last_words() {
  echo "the machine ${death:-died}; last lines of its console:"
  # A call trace pushes what happened out of sight.
  grep -ahE 'Kernel panic|BUG:|Oops' "$own/console" | head -n 3
  cat "$own/qemu" "$own/console" | tr -d '\r' | tail -n 20
}

# The machine is gone in the middle of a case, and it was not told to go.
fail_begun() {
  name=$(begun_case)
  last_words >"$own/death"
  echo "FAILED $name -" >>"$own/results"
  rm -f "$own/case/$name" "$own/part"
}

# It never came as far as the cases: no other machine of this kind will.
fail_all() {
  { echo "the guest never booted"; last_words; } >"$own/death"
  for entry in "$run/queue/$1"/* "$own/case"/*; do
    [ -e "$entry" ] || continue
    name=$(basename "$entry")
    name=${name#[0-9][0-9][0-9][0-9][0-9]-}
    rm "$entry"
    echo "FAILED $name -" >>"$own/results"
  done
}

# What `run.sh --failed` runs.
list_failures() {
  for name in $cases; do
    cat "$run"/machine-*/results | grep -q "^ok $name " || echo "$name"
  done
}

# The last line is the verdict. A case without a result is a failure, too.
summarise() {
  # shellcheck disable=SC2086  # a list of words
  cat "$run"/machine-*/results | awk -v seconds="$1" -v all="$(echo $cases | wc -w)" '
    $1 == "ok" { passed++ }
    END { printf "%d passed, %d failed, in %d s of real time\n", passed, all - passed, seconds
          exit passed != all }'
}
