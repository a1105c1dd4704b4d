# SPDX-License-Identifier: Apache-2.0
# In the guest: makes it a host that moderato can live on, then runs the cases of /testbed/queue.
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C

prepare_host() {
  mount -t tmpfs run /run
  mkdir -p /dev/pts /dev/shm
  mount -t devpts pts /dev/pts
  mount -t tmpfs shm /dev/shm
  hostname testbed
  echo '127.0.0.1 localhost testbed' >/etc/hosts
  ip link set lo up
  mkdir -p /lib/modules
  ln -sfn "$KERNEL/lib/modules/$VERSION" "/lib/modules/$VERSION"
  modprobe -a virtio_blk ext4
  # What survives a power cut: the state of agents, and the studies of the cases that cut.
  mkdir -p /disk /var/lib/moderato
  mount /dev/vda /disk
  mkdir -p /disk/state
  mount --bind /disk/state /var/lib/moderato
}

# What the kernel must never say, whatever a case does.
kernel_complaints() { dmesg | grep -E 'WARNING:|BUG:|Oops|Call Trace|UBSAN|refcount_t'; }

seconds() { cut -d' ' -f1 /proc/uptime; }

# run_case NAME PART: the case's own limit is in guest time; the host watches real time.
run_case() {
  dmesg -C
  limit=$(sed -n 's/^# limit: *//p' "$TESTBED/cases/$1.sh")
  PART=$2 CASE=$1 timeout -k 10 "${limit:-300}" \
    sh -eu -c '. "$TESTBED/guest/lib.sh"; . "$TESTBED/cases/$CASE.sh"' </dev/null
  status=$?
  [ "$status" != 124 ] || echo "not done after ${limit:-300} s"
  if kernel_complaints; then
    echo 'the kernel complained (dmesg)'
    status=1
  fi
  return "$status"
}

hardware_of() { sed -n 's/^# hardware: *//p' "$TESTBED/cases/$1.sh" | grep . || echo plain; }

run_queue() {
  while read -r name </testbed/queue; do
    if [ "$(hardware_of "$name")" != "$(cat /testbed/hardware)" ]; then
      touch /testbed/cut # the next case needs another machine
      return
    fi
    part=$(($(cat /testbed/part 2>/dev/null || echo 0) + 1))
    echo "$part" >/testbed/part
    echo "$name" >>/testbed/progress
    begun=$(seconds)
    if run_case "$name" "$part" >"/run/$name.log" 2>&1; then result=ok; else result=FAILED; fi
    cat "/run/$name.log" >>"/testbed/logs/$name.log"
    # Taken off the queue last: a machine that dies before has failed this case.
    echo "$result $name $(echo "$begun $(seconds)" | awk '{ printf "%.1f", $2 - $1 }')" >>/testbed/results
    rm /testbed/part
    sed 1d /testbed/queue >/testbed/queue.new
    mv /testbed/queue.new /testbed/queue
  done
}

# The host takes a machine whose pulse has stopped for dead; a case that hangs ends by its limit.
pulse() {
  while sleep 5; do echo pulse >>/testbed/progress; done
}

# Virtual time leaps while the guest waits for the host, so what is read often is read beforehand.
warm_up() {
  for folder in "$BUILD/bin" "$BUILD/libexec" "$BUILD/share" "$TESTBED" /usr/lib/x86_64-linux-gnu/openmpi; do
    if [ -d "$folder" ]; then find -L "$folder" -type f -exec cat {} + >/dev/null; fi
  done
  "$BUILD/bin/moderato" probe >/dev/null
  mpirun --version >/dev/null
}

prepare_host
touch /testbed/booted
warm_up
pulse &
if [ "$MODE" = shell ]; then
  echo "Cases: . \$TESTBED/guest/lib.sh; . \$TESTBED/cases/NAME.sh    Leave: exit"
  setsid -c sh -i
else
  run_queue
fi
sync
umount /var/lib/moderato /disk
busybox poweroff -f
