# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh: the virtual machine as QEMU's command line.

# start_machine KIND NUMBER: in the place of this process. What it shares with the host lies in
# $run/machine-NUMBER; the guest sees $run at /testbed.
start_machine() {
  kind=$1 number=$2 own=$run/machine-$2
  time=${kind%%-*} hardware=${kind##*-}
  boot=${kind#*-} boot=${boot%-*}
  # Both sides of a link want a CPU where latencies count; systemd boots in two thirds of the work on one.
  cpus=2
  [ "$boot" != systemd ] || cpus=1
  # The first boot only prepares what the next one is to find.
  [ "$mode" = shell ] || [ -n "$(begun_case)" ] || boot=script
  # 2 GiB and no more: with 4 the mailboxes of the VFs stay dead in QEMU 10.
  set -- -accel tcg -smp $cpus -m 2048,slots=1,maxmem=3G -display none -no-reboot -nodefaults
  arguments=
  case $hardware in
  # CPUs without vector units of 256 bits, which cost the emulator a third of its speed.
  plain) set -- "$@" -cpu Nehalem -machine q35,nvdimm=on ;;
  # An IOMMU that remaps interrupts; the CPU has SVM and nested paging.
  nested)
    set -- "$@" -cpu Opteron_G3,+npt -machine q35,nvdimm=on,kernel-irqchip=split \
      -device intel-iommu,intremap=on,caching-mode=on
    arguments="intel_iommu=on iommu=pt"
    ;;
  esac
  set -- "$@" -kernel "$kernel/boot/vmlinuz-$version" -initrd "$initramfs"
  # What systemd does once after an upgrade of the host, such as ldconfig, is half of its boot; and
  # devices that no case needs.
  [ "$boot" != systemd ] || arguments="$arguments systemd.condition_needs_update=0
    modprobe.blacklist=ahci,i2c_i801,iTCO_wdt,lpc_ich,pcspkr,psmouse"
  # What the kernel does not know becomes a variable of the first process.
  set -- "$@" -append "console=ttyS0 panic=-1 oops=panic quiet mitigations=off nokaslr net.ifnames=0 $arguments
    KIND=$kind BOOT=$boot NUMBER=$number ${MODERATO_TESTBED_KERNEL_ARGUMENTS:-}"
  # One instruction is one nanosecond: latencies repeat, however busy the host is.
  [ "$time" = real ] || set -- "$@" -icount shift=0,sleep=off -rtc base=utc,clock=vm
  set -- "$@" -virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"
  set -- "$@" -virtfs "local,path=$run,mount_tag=out,security_model=none"
  # While all in the guest wait for the host, virtual time leaps: a sync that takes the host 50 ms
  # can outlast a time-out of ten seconds in the guest. So the disk is memory that the guest writes
  # by itself, and the file behind it has what was written before a power cut.
  set -- "$@" -object "memory-backend-file,id=disk,share=on,mem-path=$own/disk.img,size=$disk_size" \
    -device nvdimm,memdev=disk
  set -- "$@" -chardev "file,id=log,path=$own/log,append=on"
  # A write to this port is `quit`: the machine is gone at that instruction.
  set -- "$@" -device isa-debug-exit,iobase=0xf4,iosize=1
  # Two NICs on one switch.
  set -- "$@" -netdev hubport,id=h0,hubid=0 -netdev hubport,id=h1,hubid=0
  for n in 0 1; do
    set -- "$@" -device "pcie-root-port,id=rp$n,chassis=$((n + 1)),slot=$((n + 1))" \
      -device "igb,bus=rp$n,netdev=h$n,mac=52:54:00:00:00:0$n"
  done
  if [ "$mode" = shell ]; then
    exec qemu-system-x86_64 "$@" -serial mon:stdio -serial chardev:log
  else
    exec qemu-system-x86_64 "$@" -monitor none -serial "file:$own/console" -serial chardev:log \
      </dev/null 2>"$own/qemu"
  fi
}

disk_size=128M
make_disk() {
  truncate -s $disk_size "$1"
  mke2fs -q -F -t ext4 "$1"
}

start_shell() {
  # shellcheck disable=SC2086  # at most one word
  kind=$(if [ -n "$cases" ]; then kind_of $cases; else echo "${realtime:+real}-script-plain"; fi)
  mkdir -p "$run/machine-1"
  make_disk "$run/machine-1/disk.img"
  start_machine "${kind#-}" 1 9>&-
}
