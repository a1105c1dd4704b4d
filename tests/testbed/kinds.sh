# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh: what the cases say of themselves. A case's first comment is the law that it
# holds; comments of the form `# WORD: VALUE` in front of its first command say what it needs:
#   limit    seconds of guest time after which it has failed (default: 300)
#   time     counted (default: one instruction is a nanosecond) | real
#   boot     script (default: nothing but the cases runs) | systemd (at every boot but a machine's first,
#            so such a case installs something and boots again)
#   machine  plain (default) | nested (can pass a VF on to a virtual machine of its own)
#   run      always (default) | asked (takes long, and runs only when it is named)

# note_of CASE WORD DEFAULT
note_of() {
  found=$(sed -n "/^[^#]/q; s/^# $2: *//p" "$cases_folder/$1.sh")
  echo "${found:-$3}"
}

# The kind of machine that a case needs: TIME-BOOT-MACHINE.
kind_of() {
  time=$(note_of "$1" time counted)
  [ -z "$realtime" ] || time=real
  echo "$time-$(note_of "$1" boot script)-$(note_of "$1" machine plain)"
}

all_cases() {
  for file in "$cases_folder"/*.sh; do basename "$file" .sh; done
}

usual_cases() {
  for name in $(all_cases); do
    [ "$(note_of "$name" run always)" = asked ] || echo "$name"
  done
}

list_cases() {
  for name in $(all_cases); do
    law=$(sed -n '/^# SPDX/!s/^# //p' "$cases_folder/$name.sh" | head -n 1)
    [ "$(note_of "$name" run always)" = always ] || law="$law (when named)"
    printf '%-36s %s\n' "$name" "$law"
  done
}

# One folder a kind, one empty file a case. Long cases come first, so that machines end together.
fill_queue() {
  for name in $cases; do
    limit=$(note_of "$name" limit 300)
    mkdir -p "$run/queue/$(kind_of "$name")"
    : >"$run/queue/$(kind_of "$name")/$(printf '%05d' $((99999 - limit)))-$name"
  done
}

need_nested() { [ -n "$(find "$run/queue" -name '*-nested')" ]; }
need_systemd() { [ -n "$(find "$run/queue" -name '*-systemd-*')" ]; }
