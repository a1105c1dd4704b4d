# SPDX-License-Identifier: Apache-2.0
# modnic tells of sent frames by tx-usecs and tx-frames, and a small send buffer waits for that
start_modnic_hosts adaptive_rx=0 rx_usecs=0 rx_frames=1

# For how many ms 100 datagrams keep a socket busy that holds two of them.
sending() {
  perl -MSocket -e '
    # clock_gettime(CLOCK_MONOTONIC) by its number on x86_64: /proc/uptime goes in steps of 10 ms.
    sub now { my $t = pack "qq", 0, 0; syscall(228, 1, $t) == 0 or die; my ($s, $ns) = unpack "qq", $t; 1e3 * $s + $ns / 1e6 }
    socket(S, PF_INET, SOCK_DGRAM, 0) && setsockopt(S, SOL_SOCKET, SO_SNDBUF, 1) or die $!;
    my $begun = now();
    for (1 .. 100) { send(S, "x" x 1000, 0, pack_sockaddr_in(9, inet_aton("10.2.0.2"))) or die $! }
    printf "%d", now() - $begun'
}

ethtool -C modnic0 tx-usecs 8000 tx-frames 1
before=$(counter modnic0 tx_interrupts_by_frames)
within 0 "$(sending)" 20 "ms at tx-frames 1"
within 100 $(($(counter modnic0 tx_interrupts_by_frames) - before)) 110 "interrupts at tx-frames 1"

# Two at a time: 50 waits, the last of which nobody waits for.
for usecs in 2000 8000; do
  ethtool -C modnic0 tx-usecs "$usecs" tx-frames 88
  before=$(counter modnic0 tx_interrupts_by_time)
  within $((usecs * 48 / 1000)) "$(sending)" $((usecs * 54 / 1000)) "ms at tx-usecs $usecs"
  within 49 $(($(counter modnic0 tx_interrupts_by_time) - before)) 54 "interrupts at tx-usecs $usecs"
done
