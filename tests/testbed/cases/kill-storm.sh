# SPDX-License-Identifier: Apache-2.0
# whatever is killed in a study between VFs, at whatever moment, the baseline comes back
# limit: 900
baseline=60
changed() { [ "$(coalesce "$vf0" rx-usecs)" != "$baseline" ]; }
nothing_runs() { ! pgrep -f "^$BUILD/|$open_mpi|^ping " >/dev/null; }

# The tuner stands still while a candidate is in force, or the moment could be over before the kill.
held() {
  changed || return 1
  kill -STOP "$tuner"
  ! changed || return 0
  kill -CONT "$tuner"
  return 1
}

for measured in ping mpi; do
  write_policy storm.json storm '{"knob": "rx-usecs", "values": [20, 200]}' $measured
  # A tuner that stands still is not to be taken for dead.
  jq '.safety.heartbeat_timeout_s = 3600' storm.json >$measured.json
done
start_vf
set_ends vf rx-usecs "$baseline"

# a_trial_fails WORD...: kills what pkill finds by these. It may just have done its work; then the next
# one is hit.
a_trial_fails() {
  pkill -9 "$@" || :
  grep -q '"failed"' study/trials.jsonl
}

# One study a victim: whom kill -9 hits, and when: so many seconds after the start, or after the first
# candidate was set; and what is measured meanwhile.
for storm in tune:start:0.7:ping tune:change:0:ping tune:change:0.4:mpi agent:change:0:ping agent:change:0.4:mpi \
  mpirun:change:0.1:mpi socket:change:0.1:mpi; do
  IFS=: read -r victim moment delay measured <<EOF
$storm
EOF
  echo "kill -9 $storm"
  rm -rf study
  "$moderato" tune --policy "$measured.json" --link vf --study study >tune.out 2>&1 &
  tuner=$!
  trap 'cat tune.out' EXIT
  [ "$moment" = start ] || eventually 60 held
  if [ "$delay" != 0 ]; then
    kill -CONT $tuner
    sleep "$delay"
  fi
  case $victim in
  tune) kill -9 $tuner ;;
  agent) eventually 20 pkill -9 -n -f "^$moderato agent" ;;
  # A failed trial is not the end of the study, until that is told to stop.
  mpirun)
    eventually 60 a_trial_fails -x 'mpirun|prterun'
    kill -TERM $tuner
    ;;
  socket)
    eventually 60 a_trial_fails -o -x moderato-socket
    kill -TERM $tuner
    ;;
  esac
  [ "$victim" = tune ] || kill -CONT $tuner
  wait $tuner || :
  eventually 30 nothing_runs
  # Nobody has to call restore: where an agent is gone, its study puts back from the snapshot.
  ends_have vf rx-usecs "$baseline"
  equal "$(snapshots)" 0 "snapshots left"
done

# Both killed at one moment: what is on disk brings it back.
"$moderato" tune --policy ping.json --link vf --study both >/dev/null 2>&1 &
tuner=$!
eventually 60 held
pkill -9 -f "^$moderato agent"
kill -9 $tuner
eventually 30 nothing_runs
equal "$(snapshots)" 2 "snapshots on disk"
expect 0 "$moderato" restore
ends_have vf rx-usecs "$baseline"
equal "$(snapshots)" 0 "snapshots left"
