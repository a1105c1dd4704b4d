# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh: the tools as packages, the guest's kernel as a package that is only unpacked.
# On Debian 12 both come from backports, named in a list of our own: the host's sources stay as
# they are, and nothing but QEMU is taken from there.

say() { printf '== %s\n' "$*"; }
give_up() {
  printf 'testbed: cannot go on: %s\n' "$1" >&2
  printf '  try: %s\n' "$2" >&2
  exit 1
}

# quietly COMMAND...: its output only if it fails.
quietly() {
  "$@" >"$cache/command.log" 2>&1 && return 0
  tail -n 20 "$cache/command.log" >&2
  give_up "'$*' failed" "look at the lines above"
}

codename() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }
release() {
  if [ "$(codename)" = bookworm ]; then echo bookworm-backports; else codename; fi
}

apt() {
  program=$1
  shift
  DEBIAN_FRONTEND=noninteractive "$program" -o Dir::Etc::SourceList="$cache/sources.list" \
    -o APT::Default-Release="$(release)" "$@"
}

# Where this host gets Debian itself from.
mirror() {
  apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
    sed -n "s/^$(codename) //p" | head -n 1
}

write_sources() {
  cat /etc/apt/sources.list 2>/dev/null >"$cache/sources.list" || :
  if [ "$(codename)" = bookworm ]; then
    echo "deb $(mirror) bookworm-backports main" >>"$cache/sources.list"
  fi
}

update_lists() {
  [ -z "${updated:-}" ] || return 0
  write_sources
  quietly apt apt-get update
  updated=yes
}

missing_tools() {
  for package in qemu-system-x86 busybox-static kmod cpio xz-utils e2fsprogs iproute2 iputils-ping ethtool jq \
    dropbear-bin openssh-client; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      printf '%s ' "$package"
  done
}

# The emulated igb came with QEMU 8.0; Debian 12 itself has 7.2.
has_igb() { qemu-system-x86_64 -device help 2>/dev/null | grep -q '"igb"'; }

install_tools() {
  missing=$(missing_tools)
  has_igb || missing="qemu-system-x86 $missing"
  [ -n "$missing" ] || return 0
  say "installing: $missing"
  update_lists
  # shellcheck disable=SC2086  # a list of words
  quietly apt apt-get install -y --no-install-recommends $missing
  has_igb || give_up "QEMU has no igb device" "QEMU 8.0 or later"
}

# unpack PACKAGE...: downloads and unpacks below $cache/kernel.new; nothing is installed.
unpack() {
  for package in "$@"; do
    (cd "$cache/kernel.new" && quietly apt apt-get download "$package")
    quietly dpkg-deb -x "$cache/kernel.new/$package"_*.deb "$cache/kernel.new"
    rm -f "$cache/kernel.new/$package"_*.deb
  done
}

# first_dependency PACKAGE PATTERN
first_dependency() { apt apt-cache depends "$1" | sed -n "s/^ *|*Depends: \($2\)\$/\1/p" | head -n 1; }

# Headers look for their other halves below /usr: they shall look below our folder. Their vmlinux
# is there for type information, which nobody needs here and which asks for pahole.
relocate_headers() {
  rm -f "$cache"/kernel.new/usr/src/linux-headers-*/vmlinux
  for file in "$cache"/kernel.new/usr/src/linux-headers-*/Makefile; do
    sed -i "s:/usr/src/linux-headers:$cache/kernel/usr/src/linux-headers:g" "$file"
  done
}

# One kernel for as long as the folder lives; remove it to follow the archive.
fetch_kernel() {
  kernel=$cache/kernel
  if [ ! -f "$kernel/version" ]; then
    say "fetching a kernel"
    update_lists
    rm -rf "$kernel" "$kernel.new"
    mkdir -p "$kernel.new"
    headers=$(first_dependency linux-headers-amd64 'linux-headers-.*-amd64')
    version=${headers#linux-headers-}
    unpack "linux-image-$version" "$headers" "$(first_dependency "$headers" 'linux-headers-.*-common')" \
      "$(first_dependency "$headers" 'linux-kbuild-.*')"
    relocate_headers
    # Debian 13 has /usr/lib/modules, Debian 12 /lib/modules.
    [ -d "$kernel.new/lib/modules" ] || { mkdir -p "$kernel.new/lib" && mv "$kernel.new/usr/lib/modules" "$kernel.new/lib/"; }
    quietly depmod -b "$kernel.new" "$version"
    echo "$version" >"$kernel.new/version"
    mv "$kernel.new" "$kernel"
  fi
  version=$(cat "$kernel/version")
}
