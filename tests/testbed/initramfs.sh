# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh: a small initramfs that puts an overlay over the host's own root file system.

# In the order in which they are loaded.
root_modules="fs/netfs/netfs net/9p/9pnet fs/9p/9p net/9p/9pnet_virtio fs/overlayfs/overlay"

# unpack_modules TREE MODULE...: into TREE/modules, numbered in this order.
unpack_modules() {
  folder=$1/modules
  shift
  number=10
  for module in "$@"; do
    xz -dc "$kernel/lib/modules/$version/kernel/$module.ko.xz" \
      >"$folder/$number-$(basename "$module").ko"
    number=$((number + 1))
  done
}

fill_initramfs() {
  tree=$1
  mkdir -p "$tree/bin" "$tree/dev" "$tree/proc" "$tree/sys" "$tree/lower" "$tree/upper" \
    "$tree/root" "$tree/modules"
  cp "$(command -v busybox)" "$tree/bin/busybox"
  install -m 755 "$here/guest/init" "$tree/init"
  # shellcheck disable=SC2086  # a list of words
  unpack_modules "$tree" $root_modules
}

build_initramfs() {
  key=$( (echo "$version $root_modules"; cat "$here/guest/init" "$(command -v busybox)") |
    sha256sum | cut -c1-16)
  initramfs=$cache/initramfs-$key
  [ ! -f "$initramfs" ] || return 0
  say "building the initramfs"
  rm -rf "$cache/tree" "$cache"/initramfs-*
  fill_initramfs "$cache/tree"
  (cd "$cache/tree" && find . | cpio -o -H newc --quiet | gzip -1) >"$cache/initramfs.new"
  mv "$cache/initramfs.new" "$initramfs"
  rm -rf "$cache/tree"
}
