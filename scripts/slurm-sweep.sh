#!/usr/bin/env bash
# Runs a sweep in parts on a cluster under Slurm: a job array of the parts, and a job that joins them when all are done.
set -euo pipefail

usage() {
    cat <<'EOF'
usage: scripts/slurm-sweep.sh [--wait] SCENARIO PARTS OUT [SWEEP OPTION...]

  SCENARIO      a scenario file with a [sweep] table, or the name of a built-in one
  PARTS         into how many jobs the points of the sweep are divided
  OUT           where the results go; the parts and the jobs' logs go to OUT.parts
  SWEEP OPTION  goes to `unchoke sweep` as it is, as in `--replicates 50`
  --wait        return when the results are there; exit code 0 if they are

The directory in which it is called, SCENARIO, OUT and the program must be visible under the same paths on all nodes (a
shared file system). sbatch takes the partition, time limit, account and memory from its own variables:

  SBATCH_PARTITION=long SBATCH_TIMELIMIT=4:00:00 SBATCH_ACCOUNT=p2p \
      scripts/slurm-sweep.sh scenarios/free-rider-sweep.toml 20 results/free-rider-sweep

  CPUS          cores of each part, 1 if not given
  UNCHOKE       the program, `unchoke` if not given

A part that ran out of time or lost its node loses the points under way only: call the script again with the same
arguments, and each part goes on where it stopped. With --fresh the parts and OUT begin anew. If a part fails, nothing
is joined. -j and --quiet are the script's own.
EOF
}

part() {
    local parts=$1 out=$2 scenario=$3 option options=()
    for option in "${@:4}"; do
        # A part that Slurm starts a second time goes on where it stopped.
        if [[ $option != --fresh || ${SLURM_RESTART_COUNT:-0} -eq 0 ]]; then
            options+=("$option")
        fi
    done
    exec "$UNCHOKE" sweep "$scenario" --shard "$SLURM_ARRAY_TASK_ID/$parts" -o "$out.parts/$SLURM_ARRAY_TASK_ID" \
        -j "$SLURM_CPUS_PER_TASK" --quiet "${options[@]}"
}

join() {
    local parts=$1 out=$2 number directories=()
    for ((number = 1; number <= parts; number++)); do
        directories+=("$out.parts/$number")
    done
    exec "$UNCHOKE" merge "${directories[@]}" -o "$out" "${@:3}"
}

submit() {
    # A slash at the end would put the parts into OUT itself.
    local scenario=$1 parts=$2 out=${3%/} name option fresh=()
    for option in "${@:4}"; do
        if [[ $option == --fresh ]]; then
            fresh=(--fresh)
        fi
    done
    name=$(basename "$scenario" .toml)
    export UNCHOKE=${UNCHOKE:-unchoke}
    mkdir -p "$out.parts"
    # Slurm keeps a copy of this script and calls it with what follows it.
    array=$(sbatch --parsable --export=ALL --job-name="$name" --array="1-$parts" --cpus-per-task="${CPUS:-1}" \
        --requeue --output="$out.parts/%a.log" "$0" part "$parts" "$out" "$scenario" "${@:4}")
    array=${array%%;*}
    # A join that can no longer come about must not wait for ever.
    join=$(sbatch --parsable --export=ALL --job-name="$name-join" --dependency="afterok:$array" \
        --kill-on-invalid-dep=yes --output="$out.parts/join.log" "$0" join "$parts" "$out" "${fresh[@]}")
    join=${join%%;*}
    echo "$parts parts of $name: job $array, then the join: job $join"
}

# Returns when the join has ended; fails if it has not succeeded. (sbatch --wait calls a cancelled job a success.)
await() {
    while [[ -n $(squeue --noheader --jobs="$join" 2>/dev/null) ]]; do
        sleep 2
    done
    if ! scontrol show job "$join" | grep -q 'JobState=COMPLETED'; then
        echo "error: nothing was joined; see the logs in $1.parts" >&2
        return 1
    fi
}

main() {
    local wait=false
    if [[ ${1-} == --wait ]]; then
        wait=true
        shift
    fi
    if (($# < 3)); then
        usage >&2
        exit 2
    fi
    submit "$@"
    if $wait; then
        await "${3%/}"
    fi
}

case ${1-} in
-h | --help) usage ;;
part) part "${@:2}" ;;
join) join "${@:2}" ;;
*) main "$@" ;;
esac
