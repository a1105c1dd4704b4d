# SPDX-License-Identifier: Apache-2.0
# In the guest: makes it a host that moderato can live on, then runs cases until the host has none.
set -u
. /testbed/orders
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/run LC_ALL=C
# shellcheck disable=SC2046  # words of the form NAME=VALUE
export $(tr ' ' '\n' </proc/cmdline | grep -E '^(KIND|BOOT|NUMBER)=')
export OWN=/testbed/machine-$NUMBER
# A serial line: what was said is on the host at once, and no time passes in waiting for that.
log=/dev/ttyS1

# mount_unless_there FOLDER TYPE: systemd has mounted these already.
mount_unless_there() {
  mkdir -p "$1"
  mountpoint -q "$1" || mount -t "$2" "$2" "$1"
}

prepare_host() {
  mount_unless_there /run tmpfs
  mount_unless_there /dev/pts devpts
  mount_unless_there /dev/shm tmpfs
  if grep -q ' /tmp ' /etc/fstab; then mount_unless_there /tmp tmpfs; fi
  # Open MPI's look at PCI devices and displays takes half of the time of a trial.
  mount -t tmpfs none /usr/lib/x86_64-linux-gnu/hwloc
  hostname testbed
  echo '127.0.0.1 localhost testbed' >/etc/hosts
  ip link set lo up
  if ! mountpoint -q /disk; then
    modprobe -a nfit nd_pmem ext4
    mount /disk
    mkdir -p /disk/state
    mount /var/lib/moderato
  fi
}

# What Open MPI is at work with, as pgrep finds it: mpirun and orted up to 4.1; from 5.0 on mpirun
# becomes prterun, and the daemon is prted.
export open_mpi='^mpirun |^orted |^prterun |^/usr/bin/prted '

# What the kernel must never say, whatever a case does.
kernel_complaints() { dmesg | grep -E 'WARNING:|BUG:|Oops|Call Trace|UBSAN|refcount_t'; }

seconds() { cut -d' ' -f1 /proc/uptime; }

# Nothing of a case that failed may live on in the next.
clean_up() {
  pkill -9 -f "^$BUILD/|$open_mpi|^ib_|^ibv_|^ping " && sleep 1
  ip -all netns delete
  rm -rf /etc/moderato /var/lib/moderato/* /run/moderato /disk/case
}

# run_case NAME PART: the case's own limit is in guest time; the host watches real time.
run_case() {
  [ "$2" != 1 ] || clean_up
  dmesg -C
  limit=$(sed -n 's/^# limit: *//p' "$CASES/$1.sh")
  PART=$2 CASE=$1 timeout -k 10 "${limit:-300}" \
    sh -eu -c '. "$TESTBED/guest/lib.sh"; . "$CASES/$CASE.sh"' </dev/null
  status=$?
  [ "$status" != 124 ] || echo "not done after ${limit:-300} s"
  if kernel_complaints; then
    echo 'the kernel complained (dmesg)'
    status=1
  fi
  return "$status"
}

# The case that this machine is at, else a new one. Machines share the queue: a file can be moved
# but once.
next_case() {
  name=$(ls "$OWN/case" | head -n 1)
  [ -z "$name" ] || return 0
  for entry in "/testbed/queue/$KIND"/*; do
    name=${entry##*/[0-9][0-9][0-9][0-9][0-9]-}
    if mv "$entry" "$OWN/case/$name" 2>/dev/null; then return 0; fi
  done
  return 1
}

run_queue() {
  while next_case; do
    part=$(($(cat "$OWN/part" 2>/dev/null || echo 0) + 1))
    echo "$part" >"$OWN/part"
    echo "$name" >>"$OWN/progress"
    begun=$(seconds)
    echo "### $name" >"$log"
    if run_case "$name" "$part" >"$log" 2>&1; then result=ok; else result=FAILED; fi
    # Taken off last: a machine that dies before has failed this case.
    echo "$result $name $(echo "$begun $(seconds)" | awk '{ printf "%.1f", $2 - $1 }')" >>"$OWN/results"
    rm -rf "$OWN/part" "$OWN/root" "$OWN/case/$name"
  done
}

# The host takes a machine whose pulse has stopped for dead; a case that hangs ends by its limit.
pulse() {
  while sleep 5; do echo pulse >>"$OWN/progress"; done
}

# Virtual time leaps while the guest waits for the host, at every open of a file of the host. So what
# a study opens is copied into memory, which the overlay does when a file is touched.
warm_up() {
  xargs touch -c </testbed/warm
  case $KIND in *-systemd-*) return 0 ;; esac # their cases run no MPI
  # And what it looks for in vain is not asked for again.
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpirun -np 2 --host localhost:2 \
    "$BUILD/libexec/moderato/moderato-mpi" --help >/dev/null 2>&1 || :
}

prepare_host
stty -F "$log" raw
touch "$OWN/booted"
# The host's clock does not leap, and there mpirun waits for names that nobody resolves.
case $KIND in real-*) ;; *) [ ! -f /testbed/warm ] || warm_up ;; esac
pulse &
echo $! >/run/pulse
if [ "$MODE" = shell ]; then
  echo "Cases: PART=1 CASE=x; . \$TESTBED/guest/lib.sh; . \$CASES/NAME.sh    Leave: exit"
  # Its end hangs the console up, and what the console still has to send is lost.
  setsid -c sh -c 'sh -i; sleep 1' </dev/console >/dev/console 2>&1
else
  run_queue
fi
sync
busybox poweroff -f
