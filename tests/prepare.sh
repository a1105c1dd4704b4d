# SPDX-License-Identifier: Apache-2.0
# Sourced by quickstart.sh and all.sh: checks what cannot be installed, installs what can, builds.

set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
build=${MODERATO_BUILD_DIR:-$root/build}

say() { printf '== %s\n' "$*"; }
give_up() {
  printf 'moderato: cannot go on: %s\n' "$1" >&2
  printf '  try: %s\n' "$2" >&2
  exit 1
}

check_host() {
  [ "$(id -u)" = 0 ] ||
    give_up "this makes network namespaces and changes NIC settings, which needs root" \
      "sudo sh $0"
  kernel=$(uname -r)
  major=${kernel%%.*}
  rest=${kernel#*.}
  minor=${rest%%[!0-9]*}
  if [ "$major" -lt 5 ] || { [ "$major" = 5 ] && [ "$minor" -lt 6 ]; }; then
    give_up "kernel $kernel is too old: ethtool netlink came with Linux 5.6" \
      "Debian 12 or later (Linux 6.1)"
  fi
}

check_namespaces() {
  name=moderato-check-$$
  ip netns add "$name" 2>/dev/null ||
    give_up "network namespaces cannot be made here" \
      "a real machine or a privileged container (CAP_SYS_ADMIN, CAP_NET_ADMIN)"
  if ! ip -n "$name" link add type veth 2>/dev/null; then
    ip netns del "$name"
    give_up "the kernel has no veth" "modprobe veth"
  fi
  ip netns del "$name"
}

install_packages() {
  packages="g++ cmake ninja-build pkg-config nlohmann-json3-dev libcli11-dev libfmt-dev
    libnl-3-dev libnl-genl-3-dev libboost-dev libopenmpi-dev openmpi-bin libibverbs-dev iproute2
    doctest-dev libeigen3-dev libnlopt-cxx-dev $*"
  missing=
  for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null ||
    give_up "apt-get is missing, so packages cannot be installed" \
      "Debian 12 or later, or install by hand:$missing"
  say "installing:$missing"
  log=$(mktemp)
  # shellcheck disable=SC2086  # a list of words
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    give_up "packages could not be installed" "look at the lines above, and at /etc/apt/sources.list"
  fi
  rm -f "$log"
}

# build_targets TARGET...: configures once, builds with progress.
build_targets() {
  say "building in $build"
  cmake -S "$root" -B "$build" -G Ninja >"$build.log" 2>&1 ||
    { cat "$build.log" >&2; give_up "configuring failed" "look at the lines above"; }
  rm -f "$build.log"
  cmake --build "$build" --target "$@"
}
