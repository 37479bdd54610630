#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# checks.sh [PART...]: run by "./build.sh engines" on the newer engines' root: checks the shim with containerd, its CRI plugin and
# Docker. A part is a function check_PART. Ends with "N passed, N failed, N skipped".
# shellcheck disable=SC2016 # patterns and programs for other shells
set -uo pipefail

readonly HERE=/srv/host/tests/Engines DATA=/var/lib/engines IMAGE=localhost/busybox:1
readonly SHIM=/usr/local/bin/containerd-shim-runcs-v1
passed=0 failed=0 skipped=0

# shellcheck source=tests/Engines/plugins.sh
. "$HERE/plugins.sh"
# shellcheck source=tests/Engines/rootless.sh
. "$HERE/rootless.sh"
# shellcheck source=tests/Engines/cri.sh
. "$HERE/cri.sh"

# check NAME CODE OUTPUT COMMAND...: OUTPUT is a pattern that all of the output, stdout and stderr, must match.
check() {
    local name=$1 code=$2 expected=$3 output actual=0
    shift 3
    local command=("$@")
    [[ $1 != run ]] || run_command "${@:2}"
    output=$(timeout 60 "${command[@]}" 2>&1 < /dev/null) || actual=$?
    # shellcheck disable=SC2053
    if [[ $actual -eq $code && $output == $expected ]]; then
        passed=$((passed + 1))
        echo "passed  $name"
    else
        failed=$((failed + 1))
        echo "FAILED  $name: exit code $actual (expected $code), output:"
        printf '%s\n' "$output" "expected: $expected" | sed 's/^/        /'
    fi
}

skip() {
    skipped=$((skipped + 1))
    echo "skipped $1"
}

main() {
    local part
    install -D /srv/host/out/runcs "$SHIM"
    install /srv/host/out/runcs /usr/local/bin/runcs
    "$HERE/image.sh" "$DATA/busybox.tar" "$IMAGE"
    write_config
    start_containerd
    check "containerd imports the image" 0 "*" ctr image import "$DATA/busybox.tar"
    [[ $# -gt 0 ]] || set -- containerd erofs restart docker docker_in_place rootless cri
    for part in "$@"; do
        "check_$part"
    done
    check "nothing is left of a container" 0 "" sh -c 'ls /run/containerd/s /run/containerd/runc/*/* 2> /dev/null | grep runcs-; true'
    echo "$passed passed, $failed failed, $skipped skipped"
    [[ $failed -eq 0 ]]
}

write_config() {
    mkdir -p /etc/cni/net.d
    cat > /etc/cni/net.d/10-test.conflist << 'END'
{"cniVersion":"1.0.0","name":"test","plugins":[
  {"type":"ptp","mtu":1400,"ipam":{"type":"host-local","ranges":[[{"subnet":"10.88.0.0/16"}]],"routes":[{"dst":"0.0.0.0/0"}]}},
  {"type":"portmap","capabilities":{"portMappings":true}}]}
END
    # The handler "runcs" has the type of containerd's own shim and the path of ours: only of that type does the plugin ask for
    # the features (user namespaces, recursive read-only mounts).
    cat > "$DATA/config.toml" << END
version = 3
root = "$DATA/containerd"
disabled_plugins = [$UNUSED_PLUGINS]
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = "localhost/pause:1"
[plugins.'io.containerd.cri.v1.runtime']
restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ["/usr/lib/cni"]
conf_dir = "/etc/cni/net.d"
[plugins.'io.containerd.service.v1.diff-service']
default = ["erofs", "walking"]
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runcs]
runtime_type = "io.containerd.runc.v2"
runtime_path = "$SHIM"
END
}

start_containerd() {
    containerd --config "$DATA/config.toml" >> "$DATA/containerd.log" 2>&1 &
    disown
    for _ in {1..100}; do
        ctr version > /dev/null 2>&1 && return
        sleep 0.1
    done
    echo "containerd does not answer" >&2
}

# run [FLAG...] ID COMMAND...; flags with a value have it behind "=".
run() {
    local command
    run_command "$@"
    "${command[@]}"
}

run_command() {
    command=(ctr run --runtime io.containerd.runcs.v1)
    while [[ $1 = -* ]]; do
        command+=("$1")
        shift
    done
    command+=("$IMAGE" "$@")
}

remove() {
    ctr task rm --force "$@" > /dev/null 2>&1
    ctr container rm "$@" > /dev/null 2>&1
}

check_containerd() {
    check "ctr run" 0 hello run --rm r1 echo hello
    check "ctr run, exit code" 7 "" run --rm r2 sh -c 'exit 7'
    check "ctr run, no such program" 1 '*exec: "/none": stat /none: no such file or directory*' run --rm r3 /none
    check "ctr run, terminal" 0 '*/dev/pts/*' script -qec "ctr run --rm --tty --runtime io.containerd.runcs.v1 $IMAGE r4 tty" /dev/null
    check "ctr run by the shim's path" 0 path ctr run --rm --runtime "$SHIM" "$IMAGE" r5 echo path
    check "the shim's features" 0 '*"ociVersionMax"*' ctr plugins inspect-runtime --runtime io.containerd.runcs.v1
    check "a container starts" 0 "" run --detach r6 sleep 1000000
    check "ctr task exec" 5 in ctr task exec --exec-id e1 r6 sh -c 'echo in; exit 5'
    check "ctr task exec, stdin" 0 typed sh -c 'echo typed | ctr task exec --exec-id e2 r6 cat'
    check "ctr task exec, terminal" 0 '*/dev/pts/*' script -qec 'ctr task exec --tty --exec-id e3 r6 tty' /dev/null
    check "ctr task metrics" 0 '*pids.current*1*' ctr task metrics r6
    check "ctr task pause" 0 '*PAUSED*' sh -c 'ctr task pause r6 && ctr task list'
    check "ctr task resume" 0 '*RUNNING*' sh -c 'ctr task resume r6 && ctr task list'
    check "ctr task kill" 0 '*STOPPED*' sh -c 'ctr task kill --signal SIGKILL r6; sleep 1; ctr task list'
    remove r6
    check "a user namespace, with the layers' ids mapped" 0 $'0\n*0*1000*5000' run --rm --snapshotter=overlayfs --uidmap=0:1000:5000 --gidmap=0:1000:5000 --remap-labels=true \
        r7 sh -c 'stat -c %u /bin/busybox; cat /proc/self/uid_map'
}

# Layers as images of a file system, which the snapshotter mounts and an overlay joins.
check_erofs() {
    if ! { grep -qw erofs /proc/filesystems || modprobe -q erofs; }; then
        skip "the erofs snapshotter: this kernel lacks erofs"
        return
    fi
    check "the erofs snapshotter: ctr run" 0 '*lowerdir=*snapshotter.v1.erofs/*written' run --rm --snapshotter=erofs s1 sh -c 'grep " / " /proc/mounts; echo written > /file; cat /file'
    check "the erofs snapshotter: a layer is an image" 0 '*/layer.erofs * erofs ro*' cat /proc/mounts
    check "the erofs snapshotter: ctr run, read-only" 1 '*Read-only file system*' run --rm --snapshotter=erofs --read-only s2 touch /file
    check "the erofs snapshotter: a container starts" 0 "" run --detach --snapshotter=erofs s3 sleep 1000000
    check "the erofs snapshotter: ctr task exec" 5 in ctr task exec --exec-id e5 s3 sh -c 'echo in; exit 5'
    remove s3
}

check_restart() {
    run --detach lives sleep 1000000
    run --detach ends sh -c 'sleep 1; exit 6'
    kill -KILL "$(pidof containerd)"
    sleep 2
    start_containerd
    check "a container lives while containerd is killed" 0 '*lives*RUNNING*' ctr task list
    check "it can be used after that" 0 in ctr task exec --exec-id e4 lives echo in
    remove lives ends
}

check_docker() {
    mkdir -p /etc/docker
    cat > /etc/docker/daemon.json << END
{ "live-restore": true, "runtimes": { "runcs": { "runtimeType": "io.containerd.runcs.v1" } }, "default-runtime": "runcs" }
END
    start_docker
    check "docker load" 0 '*' docker load --input "$DATA/busybox.tar"
    check "docker run" 0 hello docker run --rm "$IMAGE" echo hello
    check "docker run, exit code" 9 "" docker run --rm "$IMAGE" sh -c 'exit 9'
    check "docker run, no such program" 127 '*executable file not found in $PATH*' docker run --rm "$IMAGE" none
    check "docker run, a directory" 126 '*is a directory*' docker run --rm "$IMAGE" /etc
    check "docker run, stdin" 0 typed sh -c "echo typed | docker run --rm --interactive $IMAGE cat"
    check "docker run, user" 0 '*uid=1000*gid=1000*' docker run --rm --user 1000:1000 "$IMAGE" sh -c 'id; echo error > /dev/stderr'
    check "docker run, no capability, read-only, tmpfs" 0 '*Read-only*CapEff:*0000000000000000*' docker run --rm --read-only --tmpfs /x --cap-drop ALL --security-opt no-new-privileges \
        "$IMAGE" sh -c 'touch /a; touch /x/a; cat /proc/self/status'
    check "docker run, out of memory" 0 '137 true' sh -c "docker run --name oom --memory 16m --memory-swap 16m $IMAGE sh -c 'x=a; while :; do x=\$x\$x; done' > /dev/null 2>&1
        docker inspect --format '{{.State.ExitCode}} {{.State.OOMKilled}}' oom; docker rm oom > /dev/null"
    # shellcheck disable=SC2016
    check "docker run in the background" 0 '*' docker run --detach --name lives "$IMAGE" sh -c 'i=0; while :; do echo line $i; i=$((i + 1)); sleep 0.2; done'
    check "docker exec" 4 $'out\nerror' docker exec lives sh -c 'echo out; sleep 0.2; echo error >&2; exit 4'
    check "docker exec, no such program" 127 '*executable file not found in $PATH*' docker exec lives none
    check "docker stats" 0 '*lives*B /*' docker stats --no-stream lives
    check "docker top" 0 '*sh -c*' docker top lives
    check "docker update" 0 lives docker update --memory 64m --memory-swap 64m lives
    check "docker pause" 0 '*Paused*' sh -c 'docker pause lives && docker ps'
    check "docker unpause" 0 lives docker unpause lives
    check "docker run, a container that ends without Docker" 0 '*' docker run --detach --name ends "$IMAGE" sh -c 'sleep 2; exit 3'
    kill -KILL "$(pidof dockerd)"
    sleep 3
    rm -f /run/docker.pid
    start_docker
    check "a container lives while Docker is killed" 0 true docker inspect --format '{{.State.Running}}' lives
    check "an end while Docker is away is reported" 0 'exited 3' docker inspect --format '{{.State.Status}} {{.State.ExitCode}}' ends
    check "docker logs goes on" 0 different sh -c 'a=$(docker logs --tail 1 lives); sleep 1; [ "$a" = "$(docker logs --tail 1 lives)" ] || echo different'
    check "docker stop" 0 lives docker stop --timeout 1 lives
    check "docker rm" 0 '*' docker rm --force lives ends
    kill "$(pidof dockerd)"
}

# In place of containerd's own shim: by its name, earlier in containerd's PATH, and without a word of it in Docker's configuration.
check_docker_in_place() {
    local before=$PATH
    install -D /srv/host/out/runcs /opt/in-place/containerd-shim-runc-v2
    rm -f /etc/docker/daemon.json /run/docker.pid
    kill -KILL "$(pidof containerd)"
    PATH=/opt/in-place:$PATH
    start_containerd
    PATH=$before
    start_docker
    check "in place of containerd's shim: docker run" 0 hello docker run --rm "$IMAGE" echo hello
    check "in place of containerd's shim: docker run, stdin, exit code" 3 typed sh -c "echo typed | docker run --rm --interactive $IMAGE sh -c 'cat; exit 3'"
    check "in place of containerd's shim: docker run in the background" 0 '*' docker run --detach --name lives "$IMAGE" sleep 1000000
    # shellcheck disable=SC2016
    check "in place of containerd's shim: it is ours" 0 /opt/in-place/containerd-shim-runc-v2 sh -c 'pid=$(docker inspect --format "{{.State.Pid}}" lives)
        readlink "/proc/$(sed -n "s/^PPid:[[:space:]]*//p" "/proc/$pid/status")/exe"'
    check "in place of containerd's shim: docker exec" 4 out docker exec lives sh -c 'echo out; exit 4'
    check "in place of containerd's shim: docker exec, terminal" 0 '*/dev/pts/*' script -qec 'docker exec --tty lives tty' /dev/null
    check "in place of containerd's shim: docker rm" 0 lives docker rm --force lives
    kill "$(pidof dockerd)"
}

start_docker() {
    dockerd --data-root "$DATA/docker" --iptables=false --ip6tables=false >> "$DATA/dockerd.log" 2>&1 &
    disown
    for _ in {1..100}; do
        docker info > /dev/null 2>&1 && return
        sleep 0.2
    done
    echo "dockerd does not answer: $(tail -n 5 "$DATA/dockerd.log")" >&2
}

main "$@"
