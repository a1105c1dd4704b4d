# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh: the files that a study opens, as a list at $run/warm, and those that a boot by
# systemd opens, at $run/warm-boot. The guest copies them into its memory (guest/main.sh says why). It
# is made here since ldd, once for each of three hundred files, takes the emulated machine half a
# minute of every boot.

# libraries_of FILE...
libraries_of() { ldd "$@" 2>/dev/null | sed -n 's/.* \(\/[^ ]*\) (.*/\1/p' | sort -u; }

# paths_of TOOL...: of those that there are.
paths_of() {
  for tool in "$@"; do command -v "$tool" || :; done
}

write_warm_files() {
  libraries=/usr/lib/x86_64-linux-gnu
  # Those of UCX that it loads whether or not it is used; Open MPI 5.0 links UCX itself. Those of hwloc,
  # which Debian 13 installs with Open MPI, bring a good deal of X11 and OpenCL.
  plugins=$(find $libraries/openmpi/lib/openmpi* $libraries/pmix2 $libraries/ucx/libucs_* \
    $libraries/hwloc -type f 2>/dev/null || :)
  programs="$(find "$build/bin" "$build/libexec" -type f)
    $(paths_of mpirun orted prterun prted env sh ip ethtool jq systemctl)"
  # shellcheck disable=SC2086,SC2046  # lists of words
  readlink -e $programs $plugins $(libraries_of $programs $plugins) \
    /lib64/ld-linux-x86-64.so.2 /etc/openmpi/* /etc/ld.so.cache /etc/hosts /etc/host.conf \
    /usr/share/misc/pci.ids /usr/share/prte/*.txt \
    /etc/resolv.conf /etc/nsswitch.conf /etc/passwd /etc/group /etc/localtime /etc/libnl/* \
    >"$run/warm" || : # what is not there need not be warm
}

# shellcheck disable=SC2086,SC2046  # lists of words
write_warm_boot_files() {
  folders=$(readlink -e /usr/lib/systemd /lib/systemd /usr/lib/udev /lib/udev /etc/systemd /etc/udev |
    sort -u)
  # The database of hardware and the catalogue of messages are large, and not read.
  files=$(find $folders -type f ! -name 'hwdb*' ! -path '*/hwdb.d/*' ! -path '*/catalog/*' \
    ! -path '*/user/*' ! -name '*\\*')
  programs="$(find $folders -type f -perm -100)
    $(paths_of systemctl udevadm systemd-tmpfiles kmod mount sh)"
  readlink -e $files $programs $(libraries_of $programs) /lib64/ld-linux-x86-64.so.2 |
    sort -u >"$run/warm-boot" || : # as above
}
