# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh: builds our kernel modules against the guest's kernel.
modules=$cache/modules

# build_module NAME: $modules/NAME/NAME.ko, from the folder NAME.
build_module() {
  key=$( (echo "$version"; cat "$here/$1"/*) | sha256sum | cut -c1-16)
  [ "$(cat "$modules/$1/key" 2>/dev/null)" != "$key" ] || return 0
  say "building $1"
  rm -rf "$modules/$1"
  mkdir -p "$modules/$1"
  cp "$here/$1"/Kbuild "$here/$1"/*.c "$modules/$1/"
  quietly make -C "$kernel/usr/src/linux-headers-$version" M="$modules/$1" KCFLAGS=-Werror modules
  echo "$key" >"$modules/$1/key"
}
