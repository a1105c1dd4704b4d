#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Epilog of slurm.conf, on each node, as root: the default class is in force again. It runs after every
# job, whatever class that had: where all is as it should be nothing is written. See slurm-prolog.sh.

# Slurm gives its scripts none.
PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

say() { logger -t moderato-epilog -- "job ${SLURM_JOB_ID:-?}: $*" 2>/dev/null || echo "$*" >&2; }

[ -d "${MODERATO_CONFIG_DIR:-/etc/moderato}/profiles.d" ] || exit 0
told=$(timeout -k 5 20 moderato apply --boot --deadline 10 2>&1) ||
  say "the default class could not be applied in full (exit status $?): $told"
exit 0
