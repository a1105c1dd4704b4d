# SPDX-License-Identifier: Apache-2.0
# a case during which the kernel complained fails
echo '<4>WARNING: made up' >/dev/kmsg
