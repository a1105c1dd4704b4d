# SPDX-License-Identifier: Apache-2.0
# a kernel that panics fails the case that it was at, and the next case runs
echo "about to panic"
sleep 0.1 # a serial line takes a millisecond for ten letters
echo c >/proc/sysrq-trigger
