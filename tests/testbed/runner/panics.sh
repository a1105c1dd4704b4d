# SPDX-License-Identifier: Apache-2.0
# a kernel that panics fails the case that it was at, and the next case runs
echo "about to panic"
echo c >/proc/sysrq-trigger
