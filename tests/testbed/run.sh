#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Boots virtual machines with SR-IOV NICs and runs the cases of tests/testbed/cases in them.
#   sh tests/testbed/run.sh [--list] [--shell] [--realtime] [--failed] [--jobs N] [CASE...]
#   --list      names the cases and the law that each holds
#   --shell     gives a prompt in the guest; with a CASE, in the kind of machine that it needs
#   --realtime  takes the time from the host's clock, not from counted instructions
#   --failed    runs the cases that have not passed in the last run
#   --jobs N    machines at the same time (default: one a CPU)
# Needs root and no KVM. Everything it makes lies in $MODERATO_BUILD_DIR/testbed (default: build/).
# Exit status: 0 every case passed, 1 one did not or something is missing, 2 wrong arguments.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$here/../prepare.sh"
root=$(CDPATH= cd -- "$here/../.." && pwd)
build=${MODERATO_BUILD_DIR:-$root/build}
cache=$build/testbed
run=$cache/run
cases_folder=${MODERATO_TESTBED_CASES:-$here/cases}
failed=$cache/failed-$(basename "$cases_folder")  # names of cases

. "$here/packages.sh"
. "$here/initramfs.sh"
. "$here/inner-initramfs.sh"
. "$here/module.sh"
. "$here/warm.sh"
. "$here/kinds.sh"
. "$here/machine.sh"
. "$here/watch.sh"

usage() {
  sed -n '4,11s/^# *//p' "$here/run.sh" >&2
  exit 2
}

read_arguments() {
  mode=cases cases= realtime= jobs=$(nproc)
  while [ $# -gt 0 ]; do
    case $1 in
    --list) mode=list ;;
    --shell) mode=shell ;;
    --realtime) realtime=yes ;;
    --failed)
      cases=$(cat "$failed" 2>/dev/null) || give_up "there was no run yet" "run.sh without --failed"
      [ -n "$cases" ] || give_up "no case of the last run has failed" "run.sh without --failed"
      ;;
    --jobs)
      jobs=${2:-}
      case $jobs in '' | *[!0-9]* | 0) usage ;; esac
      shift
      ;;
    -*) usage ;;
    *)
      [ -f "$cases_folder/$1.sh" ] || give_up "there is no case '$1'" "run.sh --list"
      cases="$cases $1"
      ;;
    esac
    shift
  done
  [ -n "$cases" ] || [ "$mode" = shell ] || cases=$(usual_cases)
}

# What a guest finds at /testbed/orders.
write_orders() {
  cat >"$run/orders" <<END_OF_ORDERS
export TESTBED='$here' CASES='$cases_folder' BUILD='$build' KERNEL='$kernel' VERSION='$version'
export MODULES='$modules' INNER_INITRAMFS='${inner_initramfs:-}' MODE='$mode'
END_OF_ORDERS
}

read_arguments "$@"
if [ "$mode" = list ]; then
  list_cases
  exit 0
fi
[ "$(id -u)" = 0 ] || give_up "packages and /dev need root" "sudo sh $0"
mkdir -p "$cache"
exec 9>"$cache/lock"
flock -n 9 || give_up "another run uses $cache" "wait for it, or set MODERATO_BUILD_DIR"
# The man page: cases install what is built.
if [ ! -x "$build/bin/moderato" ] || [ ! -f "$build/share/man/man1/moderato.1" ]; then
  install_packages
  build_targets moderato workloads man
fi
install_tools
fetch_kernel
build_module modnic
build_initramfs
rm -rf "$run"
mkdir -p "$run/logs" "$run/queue"
fill_queue
if need_nested; then
  build_module prompt_exit
  build_inner_initramfs
fi
write_orders
[ "$cases_folder" != "$here/cases" ] || write_warm_files # others run no study
if need_systemd; then write_warm_boot_files; fi
if [ "$mode" = shell ]; then
  start_shell
else
  run_cases
fi
