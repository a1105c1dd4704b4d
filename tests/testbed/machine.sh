# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh: the virtual machine, and the watch over it.

# Hardware `nested` can pass a VF on to a machine of its own: it has an IOMMU that remaps interrupts
# (TCG emulates SVM in any case). `plain` is faster.
chipset() {
  case $hardware in
  plain) echo "-machine q35" ;;
  nested) echo "-machine q35,kernel-irqchip=split -device intel-iommu,intremap=on,caching-mode=on" ;;
  esac
}
kernel_arguments() {
  printf 'console=ttyS0 panic=-1 oops=panic quiet mitigations=off nokaslr'
  [ "$hardware" = plain ] || printf ' intel_iommu=on iommu=pt'
}

# 2 GiB and no more: with 4 the mailboxes of the VFs stay dead in QEMU 10.
start_machine() {
  # shellcheck disable=SC2046  # a list of words
  set -- $(chipset) -accel tcg -cpu max -smp 2 -m 2048 -display none -no-reboot -nodefaults
  set -- "$@" -kernel "$kernel/boot/vmlinuz-$version" -initrd "$initramfs"
  set -- "$@" -append "$(kernel_arguments)"
  # One instruction is one nanosecond: latencies repeat, however busy the host is.
  [ "$time" = realtime ] || set -- "$@" -icount shift=0,sleep=off -rtc base=utc,clock=vm
  set -- "$@" -virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"
  set -- "$@" -virtfs "local,path=$run/out,mount_tag=out,security_model=none"
  # While all in the guest wait for the host, virtual time leaps: a sync that takes the host 50 ms
  # can outlast a time-out of ten seconds in the guest. So the host syncs nothing; what QEMU was
  # given before a power cut is in the file anyway.
  set -- "$@" -drive "file=$run/disk.img,if=virtio,format=raw,cache=unsafe"
  for n in 0 1; do
    set -- "$@" -netdev "hubport,id=h$n,hubid=0" \
      -device "pcie-root-port,id=rp$n,chassis=$((n + 1)),slot=$((n + 1))" \
      -device "igb,bus=rp$n,netdev=h$n,mac=52:54:00:00:00:0$n"
  done
  if [ "$mode" = shell ]; then
    qemu-system-x86_64 "$@" -serial mon:stdio
  else
    exec qemu-system-x86_64 "$@" -monitor none -serial "file:$run/console" </dev/null
  fi
}

boot_machine() {
  rm -f "$run/out/booted" "$run/out/cut"
  hardware=$(hardware_of "$(head -n 1 "$run/out/queue")")
  echo "$hardware" >"$run/out/hardware"
  : >"$run/out/progress"
  start_machine 9>&- &
  machine=$!
  trap 'kill -9 $machine 2>/dev/null || :' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  watch_machine
}

# Shows results as they come; ends a machine in which nothing happens any more.
watch_machine() {
  death=
  while kill -0 "$machine" 2>/dev/null; do
    sleep 1
    show_results
    now=$(date +%s)
    if [ $((now - $(stat -c %Y "$run/out/progress"))) -gt "$patience" ]; then
      death="hung: nothing new for $patience s"
      kill -9 "$machine" 2>/dev/null || :
    fi
  done
  wait "$machine" 2>/dev/null || :
  show_results
}

shown=0
show_results() {
  lines=$(wc -l <"$run/out/results")
  [ "$lines" -gt "$shown" ] || return 0
  sed -n "$((shown + 1)),${lines}p" "$run/out/results" | while read -r result name seconds; do
    printf '%-7s %-36s %s s\n' "$result" "$name" "$seconds"
    [ "$result" = ok ] || sed 's/^/    | /' "$run/out/logs/$name.log" | tail -n 30
  done
  shown=$lines
}

# The machine is gone, and it was not told to go.
note_death() {
  name=$(head -n 1 "$run/out/queue")
  if [ ! -f "$run/out/booted" ]; then
    name=boot
    : >"$run/out/queue"
  fi
  {
    echo "the machine ${death:-died}; last lines of its console:"
    tail -n 25 "$run/console" | tr -d '\r'
  } >>"$run/out/logs/$name.log"
  echo "FAILED $name -" >>"$run/out/results"
  sed -i 1d "$run/out/queue"
  rm -f "$run/out/part"
}

# Boots until no case is left: cases may cut the power, or bring the machine down.
run_cases() {
  begun=$(date +%s)
  while [ -s "$run/out/queue" ]; do
    boot_machine
    cat "$run/console" >>"$run/console.log"
    if [ -s "$run/out/queue" ] && [ ! -f "$run/out/cut" ]; then note_death; fi
    show_results
  done
  awk -v seconds=$(($(date +%s) - begun)) '{ n[$1]++ }
    END { printf "%d passed, %d failed, in %d s of real time\n", n["ok"], n["FAILED"], seconds
          exit n["FAILED"] > 0 || n["ok"] == 0 }' "$run/out/results"
}
