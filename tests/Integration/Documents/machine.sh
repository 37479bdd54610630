#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# machine.sh KIND DIRECTORY SCRIPT: runs the script as on a machine of its own. Called in new mount, pid and network namespaces;
# DIRECTORY has the files "runcs" (the runtime under test), "busybox.tar" (an OCI image), "rootfs" (the same as a directory) and
# "snippet" (the engine's configuration in docs/engines.md).
# KIND: checkout (DIRECTORY/tree is the repository, runcs is not installed), runcs (it is installed), or an engine: docker,
# containerd, podman (runcs is installed and the engine is configured), or user (runcs is installed, and the script is run by an
# ordinary user with a session's directory).
set -euo pipefail

readonly KIND=$1 DIRECTORY=$2 SCRIPT=$3
readonly NAME=${CGROUP_NAME:?}

# What engines and "install" write is private: empty directories, and a copy of /etc.
private_directories() {
    mount -t proc proc /proc
    mkdir -p -- "$DIRECTORY"/{etc,var-lib,usr-local/bin,work,home}
    cp -a -- /etc/. "$DIRECTORY/etc"
    mount --bind -- "$DIRECTORY/etc" /etc
    mount --bind -- "$DIRECTORY/var-lib" /var/lib
    mount --bind -- "$DIRECTORY/usr-local" /usr/local
    mount -t tmpfs tmpfs /run
    mkdir /run/lock
    ip link set lo up
}

# wait_for COMMAND...: until the daemon answers.
wait_for() {
    local round
    for ((round = 0; round < 300; round++)); do
        if "$@" > /dev/null 2>&1; then return; fi
        sleep 0.2
    done
    cat -- "$DIRECTORY/daemon.log" >&2
    exit 1
}

start_docker() {
    mkdir -p /etc/docker
    cp -- "$DIRECTORY/snippet" /etc/docker/daemon.json
    dockerd --bridge none --iptables=false --ip6tables=false --ip-forward=false --exec-opt native.cgroupdriver=cgroupfs \
        --cgroup-parent "/$NAME" > "$DIRECTORY/daemon.log" 2>&1 &
    wait_for docker version
    tar -C "$DIRECTORY/rootfs" -c . | docker import --change 'CMD ["sh"]' - busybox > /dev/null
}

start_containerd() {
    mkdir -p /etc/containerd
    printf 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n' > /etc/containerd/config.toml
    containerd > "$DIRECTORY/daemon.log" 2>&1 &
    wait_for ctr version
    ctr images import "$DIRECTORY/busybox.tar" > /dev/null
}

start_podman() {
    mkdir -p /etc/containers/containers.conf.d
    cp -- "$DIRECTORY/snippet" /etc/containers/containers.conf
    # Without systemd, and without CAP_SYS_RESOURCE.
    cat > /etc/containers/containers.conf.d/test.conf << 'EOF'
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
netns = "none"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
EOF
    podman load --input "$DIRECTORY/busybox.tar" > /dev/null
}

private_directories
cd -- "$DIRECTORY/work"
if [[ $KIND = checkout ]]; then
    mount --bind -- "$DIRECTORY/tree" "$REPOSITORY"
    cd -- "$REPOSITORY"
else
    install -m 755 -- "$DIRECTORY/runcs" /usr/local/bin/runcs
    case $KIND in
        docker) start_docker ;;
        containerd) start_containerd ;;
        podman) start_podman ;;
    esac
fi
unset CGROUP_NAME REPOSITORY
shell=(bash -e)
if [[ $KIND = user ]]; then
    readonly ID=1234
    printf 'someone:x:%s:%s::%s:/bin/sh\n' "$ID" "$ID" "$DIRECTORY/work" >> /etc/passwd
    install -d -m 700 -o "$ID" -g "$ID" -- "/run/user/$ID"
    chown -- "$ID:$ID" "$DIRECTORY/work"
    shell=(setpriv "--reuid=$ID" "--regid=$ID" --clear-groups -- env "HOME=$DIRECTORY/work" USER=someone "XDG_RUNTIME_DIR=/run/user/$ID" "${shell[@]}")
fi
code=0
"${shell[@]}" -- "$SCRIPT" || code=$?
[[ $code -eq 0 || ! -e $DIRECTORY/daemon.log ]] || tail -n 20 -- "$DIRECTORY/daemon.log"
exit "$code"
