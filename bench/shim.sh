#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shim.sh [--quick] WORK NAME=SHIM[,RUNTIME]...: compares containerd shims, interleaved, with the containerd and ctr in PATH, and
# prints a table. SHIM is a path, or a runtime's name (io.containerd.runc.v2), which executes RUNTIME, a path. Needs a machine of
# its own, or private mounts: /run/containerd is the shims'. On WORK, a directory, a tmpfs is mounted, so that no disk is measured.
set -euo pipefail

readonly IMAGE=localhost/busybox:1 POD_SIZE=10 AT_ONCE=50 BYTES=$((2 << 30))
ROUNDS=${ROUNDS:-40} LONG_ROUNDS=${LONG_ROUNDS:-5}
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly here
# shellcheck source=tests/Engines/plugins.sh
. "$here/../tests/Engines/plugins.sh"
names=()
declare -A arguments

main() {
    local contender name shim runtime
    if [[ $1 = --quick ]]; then
        ROUNDS=5 LONG_ROUNDS=1
        shift
    fi
    work=$(realpath -- "$1")
    shift
    for contender in "$@"; do
        name=${contender%%=*} shim=${contender#*=} runtime=''
        [[ $shim != *,* ]] || runtime=${shim#*,} shim=${shim%%,*}
        names+=("$name")
        arguments[$name]="--runtime $shim${runtime:+ --runc-binary $runtime}"
    done
    start_containerd
    trap stop EXIT
    for name in "${names[@]}"; do
        prepare "$name" || { echo "$name cannot run a container: $(cat "$work/error")" >&2; exit 1; }
    done
    rounds run "$ROUNDS" one_run
    for name in "${names[@]}"; do run --detach "exec-$name" sleep 1000000; done
    rounds exec "$ROUNDS" one_exec
    for name in "${names[@]}"; do pss "exec-$name" >> "$work/pss.$name"; done
    remove "${names[@]/#/exec-}"
    rounds at-once "$LONG_ROUNDS" fifty
    rounds stream "$LONG_ROUNDS" stream
    for name in "${names[@]}"; do pod; done
    report
}

start_containerd() {
    mount -t tmpfs tmpfs "$work"
    cat > "$work/config.toml" << END
version = 2
root = "$work/root"
state = "$work/state"
disabled_plugins = [$CRI_PLUGINS, $UNUSED_PLUGINS]
[grpc]
address = "$work/socket"
[plugins."io.containerd.internal.v1.opt"]
path = "$work/opt"
END
    containerd --config "$work/config.toml" > "$work/containerd.log" 2>&1 &
    daemon=$!
    for _ in {1..100}; do
        if ctr_ version > "$work/versions" 2> /dev/null; then break; fi
        sleep 0.1
    done
    "$here/../tests/Engines/image.sh" "$work/image.tar" "$IMAGE"
    ctr_ images import "$work/image.tar" > /dev/null
    # For pods: a config of our own, as not every ctr can set annotations.
    mkdir -p "$work/rootfs"
    tar -xOf "$work/image.tar" layer.tar | tar -C "$work/rootfs" -x
}

stop() {
    local ids
    mapfile -t ids < <(ctr_ containers list --quiet)
    [[ ${#ids[@]} -eq 0 ]] || remove "${ids[@]}" || true
    kill "$daemon"
    wait "$daemon" || true
    umount --lazy "$work"
    # The parent of the containers' cgroups.
    rmdir /sys/fs/cgroup/runcs-bench /sys/fs/cgroup/*/runcs-bench 2> /dev/null || true
}

ctr_() { ctr --address "$work/socket" --namespace runcs-bench "$@"; }

# run [FLAG...] ID COMMAND...: with the contender $name.
run() {
    local flags=()
    while [[ $1 = --* ]]; do
        flags+=("$1")
        shift
    done
    # shellcheck disable=SC2086
    ctr_ run "${flags[@]}" ${arguments[$name]} "$IMAGE" "$@"
}

remove() {
    ctr_ task rm --force "$@" > /dev/null 2>&1 || true
    ctr_ containers rm "$@" > /dev/null
}

prepare() {
    name=$1
    run --rm "first-$name" true > /dev/null 2> "$work/error"
}

# rounds FILE COUNT FUNCTION: its result for each contender in turn, a line each in FILE.NAME.
rounds() {
    local round
    for ((round = 0; round < $2; round++)); do
        for name in "${names[@]}"; do "$3" "$round" >> "$work/$1.$name"; done
    done
}

# since TIME: milliseconds, of a value of EPOCHREALTIME.
since() {
    local now=$EPOCHREALTIME
    echo "$((${now/./} - ${1/./}))" | awk '{ printf "%.2f\n", $1 / 1000 }'
}

one_run() {
    local begin=$EPOCHREALTIME
    run --rm "run-$name-$1" true
    since "$begin"
}

one_exec() {
    local begin=$EPOCHREALTIME
    ctr_ task exec --exec-id "e$1" "exec-$name" true
    since "$begin"
}

fifty() {
    local i ids=() begin=$EPOCHREALTIME
    for ((i = 0; i < AT_ONCE; i++)); do
        run --detach "many-$name-$1-$i" sleep 1000000 &
        ids+=("many-$name-$1-$i")
    done
    # Not containerd, which is a child too.
    # shellcheck disable=SC2046
    wait $(jobs -p | grep -vx "$daemon")
    since "$begin"
    remove "${ids[@]}"
}

# The bytes of a second, in MiB.
stream() {
    local begin fifo=$work/fifo
    rm -f -- "$fifo"
    mkfifo "$fifo"
    cat "$fifo" > /dev/null &
    local reader=$!
    begin=$EPOCHREALTIME
    run --detach --log-uri="$fifo" "stream-$name-$1" dd if=/dev/zero bs=65536 "count=$((BYTES >> 16))"
    wait "$reader"
    since "$begin" | awk -v bytes="$BYTES" '{ printf "%.0f\n", bytes / 1048576 / ($1 / 1000) }'
    remove "stream-$name-$1"
}

pod() {
    local i ids=() group=pod-$name
    ctr_ oci spec | sed -e 's|"path": "rootfs"|"path": "'"$work/rootfs"'"|' -e 's|"process": {|"process": {"args": ["sleep", "1000000"], "env": ["PATH=/bin"],|' \
        -e '0,/{/ s|{|{"annotations": {"io.containerd.runc.v2.group": "'"$group"'"},|' > "$work/spec.json"
    for ((i = 0; i < POD_SIZE; i++)); do
        sed 's|"cgroupsPath": "[^"]*"|"cgroupsPath": "/'"$group-$i"'"|' "$work/spec.json" > "$work/spec-$i.json"
        # shellcheck disable=SC2086
        ctr_ run --detach ${arguments[$name]} --config "$work/spec-$i.json" "$group-$i"
        ids+=("$group-$i")
    done
    pss "$group-0" >> "$work/pod.$name"
    remove "${ids[@]}"
}

# pss ID: the memory of the container's shim in KiB after some quiet.
pss() {
    local pid shim
    # It asks the shim.
    pid=$(ctr_ task list | awk -v id="$1" '$1 == id { print $2 }')
    shim=$(awk '/^PPid/ { print $2 }' "/proc/$pid/status")
    sleep 3
    awk '/^Pss:/ { print $2 }' "/proc/$shim/smaps_rollup"
}

# median FILE
median() { sort -n -- "$1" | awk '{ v[NR] = $1 } END { printf "%.2f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# ratio FILE FILE: the median of each round's ratio.
ratio() { paste -- "$1" "$2" | awk '{ print $1 / $2 }' | sort -n | awk '{ v[NR] = $1 } END { printf "%.2f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

report() {
    local other file label first=${names[0]}
    echo "$(awk '/^ *Version:/ { print "containerd " $2 }' "$work/versions" | tail -n 1), $(date -u +%F), Linux $(uname -r), $(nproc) processors. Times in milliseconds: medians; ratios are medians of each round's ratio."
    echo
    printf '| |'
    printf ' %s |' "${names[@]}"
    for other in "${names[@]:1}"; do printf ' %s / %s |' "$first" "$other"; done
    echo
    printf '|---|'
    for ((i = 1; i < 2 * ${#names[@]}; i++)); do printf -- '---:|'; done
    echo
    while read -r file label; do
        printf '| %s |' "$label"
        for other in "${names[@]}"; do printf ' %s |' "$(median "$work/$file.$other")"; done
        for other in "${names[@]:1}"; do printf ' %s |' "$(ratio "$work/$file.$first" "$work/$file.$other")"; done
        echo
    done << END
run \`ctr run --rm\` of \`true\`
exec \`ctr task exec\` of \`true\`
at-once $AT_ONCE containers started at once
stream 2 GiB to stdout, a FIFO, MiB/s
pss PSS of the shim of one container, KiB
pod PSS of the shim of a pod of $POD_SIZE containers, KiB
END
}

main "$@"
