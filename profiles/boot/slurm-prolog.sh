#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prolog of slurm.conf, on each node, as root: the job's workload class is in force while it runs.
#
#   sbatch --constraint=moderato_micro ...      a feature of the nodes (NodeName=... Feature=moderato_micro)
#   sbatch --comment=moderato=micro ...         where the Prolog is told the comment
#
# With PrologFlags=Alloc, so that it runs on every node before the job does; without, Slurm runs it on
# a node only with the first step there.
# For jobs that have their nodes to themselves: of two jobs on one node the last to start decides.
# slurm-epilog.sh puts the default class back. Whatever happens the job starts: exit status 0, and
# what went wrong is in the system's log.

# Slurm gives its scripts none.
PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

say() { logger -t moderato-prolog -- "job ${SLURM_JOB_ID:-?}: $*" 2>/dev/null || echo "$*" >&2; }

# class_in PREFIX TEXT: the word behind PREFIX, as far as a class may be written.
class_in() {
  printf '%s' "$2" | tr -c 'A-Za-z0-9_.=-' '\n' | sed -n "s/^$1\([A-Za-z0-9][A-Za-z0-9_.-]*\)\$/\1/p" | head -n 1
}

class=$(class_in moderato_ "${SLURM_JOB_CONSTRAINTS:-}")
[ -n "$class" ] || class=$(class_in moderato= "${SLURM_JOB_COMMENT:-}")
[ -n "$class" ] || exit 0

if told=$(timeout -k 5 20 moderato apply --class "$class" --deadline 10 2>&1); then
  say "class $class is in force"
else
  say "class $class could not be applied in full (exit status $?): $told"
fi
exit 0
