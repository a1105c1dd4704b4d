#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Boots a virtual machine with SR-IOV NICs and runs the cases of tests/testbed/cases in it.
#   sh tests/testbed/run.sh [--list] [--shell] [--realtime] [CASE...]
# Needs root and no KVM. Everything it makes lies in $MODERATO_BUILD_DIR/testbed (default: build/).
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
build=${MODERATO_BUILD_DIR:-$root/build}
cache=$build/testbed
run=$cache/run
# Seconds of real time without a sign of life after which the machine counts as hung.
patience=${MODERATO_TESTBED_PATIENCE:-120}
# Of the machine that --shell boots: plain or nested.
hardware=${MODERATO_TESTBED_HARDWARE:-plain}

. "$here/packages.sh"
. "$here/initramfs.sh"
. "$here/inner-initramfs.sh"
. "$here/module.sh"
. "$here/machine.sh"

usage() {
  sed -n '3,5s/^# *//p' "$here/run.sh" >&2
  exit 2
}

# The law that a case holds: its first comment.
list_cases() {
  for file in "$here"/cases/*.sh; do
    printf '%-36s %s\n' "$(basename "$file" .sh)" "$(sed -n '/^# SPDX/!s/^# //p' "$file" | head -n 1)"
  done
}

# hardware_of CASE: the machine that it needs, see chipset in machine.sh.
hardware_of() { sed -n 's/^# hardware: *//p' "$here/cases/$1.sh" | grep . || echo plain; }

needs_nested() {
  [ "$hardware" = nested ] || for case in $cases; do hardware_of "$case"; done | grep -qx nested
}

read_arguments() {
  time=icount mode=cases cases=
  for word in "$@"; do
    case $word in
    --list) mode=list ;;
    --shell) mode=shell ;;
    --realtime) time=realtime ;;
    -*) usage ;;
    *)
      [ -f "$here/cases/$word.sh" ] || give_up "there is no case '$word'" "run.sh --list"
      cases="$cases $word"
      ;;
    esac
  done
  [ -n "$cases" ] || cases=$(list_cases | cut -d' ' -f1)
}

# What the guest finds at /testbed: what to start, and the cases still to be run.
write_orders() {
  rm -rf "$run"
  mkdir -p "$run/out/logs"
  truncate -s 64M "$run/disk.img"
  mke2fs -q -F -t ext4 "$run/disk.img"
  # shellcheck disable=SC2086  # a list of words
  printf '%s\n' $cases >"$run/out/queue"
  : >"$run/out/results"
  cat >"$run/out/start" <<END
export TESTBED='$here' BUILD='$build' KERNEL='$kernel' MODULES='$modules' INNER_INITRAMFS='${inner_initramfs:-}' VERSION='$version' MODE='$mode' TIME='$time'
exec /bin/sh '$here/guest/main.sh'
END
}

read_arguments "$@"
if [ "$mode" = list ]; then
  list_cases
  exit 0
fi
[ "$(id -u)" = 0 ] || give_up "packages and /dev need root" "sudo sh $0"
[ -x "$build/bin/moderato" ] || give_up "$build/bin/moderato is not built" "cmake --build $build"
mkdir -p "$cache"
exec 9>"$cache/lock"
flock -n 9 || give_up "another run uses $cache" "wait for it, or set MODERATO_BUILD_DIR"
install_tools
fetch_kernel
build_module modnic
build_initramfs
if needs_nested; then
  build_module prompt_exit
  build_inner_initramfs
fi
write_orders
if [ "$mode" = shell ]; then
  start_machine 9>&-
  exit 0
fi
run_cases
