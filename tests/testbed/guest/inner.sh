# SPDX-License-Identifier: Apache-2.0
# Sourced by cases after lib.sh, on hardware `nested`: a virtual machine inside the machine, to which
# a VF is passed through; and the link between it and a VF of the other port.
inner=/run/inner
inner_address=10.4.0.2 # of the VF inside
outer_address=10.4.0.1

# pass_on PF: its first VF, which no driver of ours may touch first, goes to vfio-pci.
pass_on() {
  device=/sys/class/net/$1/device
  echo 0 >"$device/sriov_drivers_autoprobe"
  echo 1 >"$device/sriov_numvfs"
  passed=$(basename "$(readlink -f "$device/virtfn0")")
  [ ! -e "/sys/bus/pci/devices/$passed/driver" ] || fail "a driver has taken the VF to be passed on"
  echo vfio-pci >"/sys/bus/pci/devices/$passed/driver_override"
  echo "$passed" >/sys/bus/pci/drivers_probe
}

# What differs from boot to boot comes as a second archive behind the first.
write_initramfs() {
  mkdir -p "$inner/tree/etc" "$inner/tree/root/.ssh"
  dropbearkey -t ed25519 -f "$inner/tree/etc/dropbear-key" >/dev/null 2>&1
  ssh-keygen -q -t ed25519 -N '' -f "$inner/key"
  cp "$inner/key.pub" "$inner/tree/root/.ssh/authorized_keys"
  echo "management_address=10.9.0.2 link_address=$inner_address" >"$inner/tree/etc/inner"
  (cat "$INNER_INITRAMFS" && cd "$inner/tree" && find . | cpio -o -H newc --quiet) >"$inner/initramfs"
}

write_ssh_config() {
  cat >"$inner/ssh_config" <<END
Host inner
  HostName 10.9.0.2
  IdentityFile $inner/key
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
  BatchMode yes
  ControlPath $inner/control
END
}

boot_inner() {
  ip tuntap add inner0 mode tap
  ip address add 10.9.0.1/24 dev inner0
  ip link set inner0 up
  set -- -machine q35,usb=off -accel kvm -cpu host,pmu=off -m 384 -nodefaults -display none -no-reboot
  set -- "$@" -kernel "$KERNEL/boot/vmlinuz-$VERSION" -initrd "$inner/initramfs"
  set -- "$@" -append "console=ttyS0 panic=-1 quiet mitigations=off nokaslr"
  set -- "$@" -device "vfio-pci,host=$passed"
  set -- "$@" -netdev tap,id=management,ifname=inner0,script=no,downscript=no
  set -- "$@" -device virtio-net-pci,netdev=management,romfile=
  qemu-system-x86_64 "$@" -monitor none -serial "file:$inner/console" \
    -pidfile "$inner/pid" -daemonize
}

inner_ready() { grep -q 'inner machine ready' "$inner/console"; }

# In virtual time, all that waits for the host's files makes time leap.
warm_up_inner() {
  program=$(command -v qemu-system-x86_64)
  # shellcheck disable=SC2046  # a list of words
  cat "$INNER_INITRAMFS" "$KERNEL/boot/vmlinuz-$VERSION" "$program" \
    $(ldd "$program" | grep -o '/[^ ]*') /usr/share/seabios/bios-256k.bin /usr/share/qemu/*.bin >/dev/null
}

# start_inner PF: passes its VF on; $inner_netdev is the VF's name inside. Ends with the case.
start_inner() {
  mkdir -p "$inner"
  trap stop_inner EXIT
  trap 'exit 143' TERM
  warm_up_inner
  modprobe -a kvm_amd vfio-pci tun
  [ -e /sys/module/prompt_exit ] || insmod "$MODULES/prompt_exit/prompt_exit.ko"
  pass_on "$1"
  write_initramfs
  write_ssh_config
  boot_inner
  eventually 120 inner_ready
  inner_netdev=$(sed -n 's/\r//; s/.*inner machine ready: //p' "$inner/console")
  # One connection for all: a key exchange is a lot of work for a machine in a machine.
  ssh -F "$inner/ssh_config" -fNM inner
}

# in_inner COMMAND: given to a shell there.
in_inner() { ssh -F "$inner/ssh_config" inner "$@"; }

inner_gone() { [ ! -e "/proc/$inner_pid/exe" ]; }

# The machine first: until vfio has let go of it, the VF cannot go.
stop_inner() {
  if [ -f "$inner/pid" ]; then
    inner_pid=$(cat "$inner/pid")
    kill "$inner_pid"
    eventually 20 inner_gone
  fi
  for device in /sys/bus/pci/drivers/igb/0*; do
    echo 0 >"$device/sriov_numvfs"
    echo 1 >"$device/sriov_drivers_autoprobe"
  done
  ip link del inner0 || :
  rm -rf "$inner"
}

# The other port's VF stays out here, and is $outer_netdev.
start_outer_vf() {
  modprobe igbvf
  echo 1 >"/sys/class/net/$1/device/sriov_numvfs"
  eventually 20 has_vf "$1"
  outer_netdev=$(vf_of "$1")
  ip address add "$outer_address/24" dev "$outer_netdev"
  ip link set "$outer_netdev" up
}

# write_guest_link FILE: between the VF out here and the one inside.
write_guest_link() {
  write_link "$1" guest "$(endpoint - "$outer_netdev" "$outer_address")" \
    "$(endpoint inner "$inner_netdev" "$inner_address" |
      jq --arg config "$inner/ssh_config" '.launch_prefix = ["ssh", "-F", $config, "inner"]')"
}
