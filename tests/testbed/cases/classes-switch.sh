# SPDX-License-Identifier: Apache-2.0
# of two installed classes one is in force; a job's prolog switches to the other, and its epilog back
start_modnic_hosts adaptive_rx=0 rx_usecs=16 rx_frames=44
write_profile_of micro fast.json modnic0 '{"rx-usecs": 0, "rx-frames": 1}'
write_profile_of macro wide.json modnic0 '{"rx-usecs": 100, "rx-frames": 88}'
expect 2 "$moderato" install fast.json wide.json
says "which one shall be in force"
expect 0 "$moderato" install fast.json wide.json --class macro

# settings USECS FRAMES
settings() {
  equal "$(coalesce modnic0 rx-usecs)" "$1" rx-usecs
  equal "$(coalesce modnic0 rx-frames)" "$2" rx-frames
}
# slurm SCRIPT CONSTRAINT: as slurmd starts it.
slurm() {
  env -i PATH="$BUILD/bin:$PATH" SLURM_JOB_ID=7 SLURM_JOB_CONSTRAINTS="$2" \
    sh "$TESTBED/../../profiles/boot/slurm-$1.sh"
}

expect 0 "$moderato" apply --boot
settings 100 88
expect 0 slurm prolog 'gpu&moderato_micro'
settings 0 1
expect 0 slurm epilog 'gpu&moderato_micro'
settings 100 88
expect 0 slurm prolog gpu
settings 100 88
# A job starts, also for a class that nobody has tuned.
expect 0 slurm prolog moderato_unknown
settings 100 88

expect 0 "$moderato" apply --class micro --set-default
expect 0 slurm epilog gpu
settings 0 1
expect 0 "$moderato" uninstall
[ ! -e /etc/moderato/profiles.d ] || fail "profiles.d is still there"
settings 0 1
