# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh for hardware `nested`: all that the inner machine holds, as one initramfs. Its
# root could be the outer machine's over 9p; but then each request is several exits to a QEMU that
# is itself emulated, and to start one program takes hundreds.

# Of the daemons a release of Open MPI has one: orted up to 4.1, prted from 5.0 on.
inner_tools="bash dropbear ethtool ip orted prted"
inner_applets="sh cat env grep head hostname insmod ls mkdir mount sleep"
# In the order in which they are loaded.
inner_modules="net/core/failover drivers/net/net_failover drivers/net/virtio_net
  drivers/net/ethernet/intel/igbvf/igbvf"

# Open MPI looks for these by name, so ldd does not see them. Those for networks that are not there
# need dozens of libraries.
inner_plugins() {
  find /usr/lib/x86_64-linux-gnu/openmpi/lib /usr/lib/x86_64-linux-gnu/pmix2/lib -name '*mca_*.so' |
    grep -vE '_(ucx|ofi|psm|psm2|openib)\.so$'
}

inner_programs() {
  # shellcheck disable=SC2086  # a list of words
  which $inner_tools || : # one of the daemons is missing
  find -L "$build/bin/moderato" "$build/libexec/moderato" -type f
  inner_plugins
}

# With their libraries, and what they read; each at the path that it has here.
inner_files() {
  inner_programs
  inner_programs | xargs ldd 2>/dev/null | grep -o '/[^ :]* (' | tr -d ' ('
  find -L /usr/share/openmpi /usr/share/prte /etc/openmpi /usr/lib/x86_64-linux-gnu/pmix2/share -type f 2>/dev/null || :
}

fill_inner() {
  tree=$1
  mkdir -p "$tree/dev/pts" "$tree/proc" "$tree/sys" "$tree/run" "$tree/tmp" "$tree/root/.ssh" \
    "$tree/etc" "$tree/var/lib/moderato" "$tree/modules" "$tree/usr/bin" "$tree/usr/sbin" "$tree/usr/lib" "$tree/usr/lib64"
  for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$tree/$folder"; done
  inner_files | sort -u | while read -r file; do install -D "$file" "$tree$file"; done
  cp "$(command -v busybox)" "$tree/usr/bin/busybox"
  for applet in $inner_applets; do ln -s busybox "$tree/usr/bin/$applet"; done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$tree/etc/passwd"
  echo '127.0.0.1 localhost inner' >"$tree/etc/hosts"
  install -m 755 "$here/guest/inner-init" "$tree/init"
  # shellcheck disable=SC2086  # a list of words
  unpack_modules "$tree" $inner_modules
}

build_inner_initramfs() {
  key=$( (echo "$version"; cat "$here/inner-initramfs.sh" "$here/guest/inner-init"; inner_programs | xargs cat) |
    sha256sum | cut -c1-16)
  inner_initramfs=$cache/inner-$key
  [ ! -f "$inner_initramfs" ] || return 0
  say "building the inner machine's initramfs"
  rm -rf "$cache/inner-tree" "$cache"/inner-*
  fill_inner "$cache/inner-tree"
  (cd "$cache/inner-tree" && find . | cpio -o -H newc --quiet) >"$cache/inner.new"
  mv "$cache/inner.new" "$inner_initramfs"
  rm -rf "$cache/inner-tree"
}
