# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh: builds modnic against the guest's kernel.

build_module() {
  key=$( (echo "$version"; cat "$here"/modnic/*) | sha256sum | cut -c1-16)
  modnic=$cache/modnic-$key
  [ ! -f "$modnic/modnic.ko" ] || return 0
  say "building modnic"
  rm -rf "$cache"/modnic-*
  mkdir "$modnic"
  cp "$here"/modnic/Kbuild "$here"/modnic/*.[ch] "$modnic/"
  quietly make -C "$kernel/usr/src/linux-headers-$version" M="$modnic" KCFLAGS=-Werror modules ||
    give_up "modnic could not be built" "look at the lines above"
}
