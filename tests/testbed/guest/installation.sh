# SPDX-License-Identifier: Apache-2.0
# Sourced by lib.sh: moderato as it is installed, and what an installation is asked.

# install_for_next_boot WORD...: the program with its units and its udev rule, and what `moderato
# install WORD...` puts in place, where the next boot finds them.
install_for_next_boot() {
  mkdir -p "$OWN/root"
  DESTDIR=$OWN/root cmake --install "$BUILD" --prefix /usr --strip >"$work/installed"
  expect 0 "$moderato" install "$@" --root "$OWN/root"
  says "moderato.service: enabled"
}

# write_profile_of CLASS FILE NETDEV SETTINGS [MATCH]: as write_profile, of that class; its name is the
# file's.
write_profile_of() {
  write_profile "$2" "$3" "$4"
  jq --arg class "$1" --arg name "$(basename "$2" .json)" --argjson match "${5:-null}" \
    '.class = $class | .name = $name | if $match then .match = $match else . end' "$2" >"$2.new"
  mv "$2.new" "$2"
}

# has NETDEV VALUE: rx-usecs.
has() { [ "$(coalesce "$1" rx-usecs 2>/dev/null)" = "$2" ]; }

# After a boot names are found anew.
find_pfs() {
  pf0=$(netdev_with 52:54:00:00:00:00)
  pf1=$(netdev_with 52:54:00:00:00:01)
  [ -n "$pf0" ] && [ -n "$pf1" ]
}

# journal_says TEXT: since this boot.
journal_says() { journalctl --no-pager -b -o cat | grep -qF -- "$1"; }

# No unit of ours may fail, whatever becomes of a NIC.
no_unit_failed() {
  systemctl list-units --no-pager --failed --plain --no-legend 'moderato*' | grep . &&
    fail "a unit failed"
  equal "$(systemctl show -P Result moderato.service)" success "result of moderato.service"
}
