# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Engines of an ordinary user: Podman, and containerd and Docker below RootlessKit. Read by checks.sh.
# shellcheck disable=SC2016

readonly USER_ID=4242 USER_HOME=$DATA/user

make_user() {
    useradd --uid "$USER_ID" --home-dir "$USER_HOME" --create-home --shell /bin/bash ordinary
    mkdir -p "$USER_HOME/run" "$USER_HOME/bin"
    install /srv/host/out/runcs "$USER_HOME/bin/crun"
    chmod 755 "$DATA"
    chown -R "$USER_ID:$USER_ID" "$USER_HOME"
    # The device as udev makes it.
    [[ ! -e /dev/net/tun ]] || { mknod -m 666 /run/tun c 10 200 && mount --bind /run/tun /dev/net/tun; }
}

# Runs a command with the session's variables of a login.
readonly AS_USER=(
    setpriv --reuid="$USER_ID" --regid="$USER_ID" --init-groups -- env --chdir="$USER_HOME" HOME="$USER_HOME" USER=ordinary XDG_RUNTIME_DIR="$USER_HOME/run" PODMAN_IGNORE_CGROUPSV1_WARNING=1
)

# RootlessKit makes the user and mount namespaces, and stays as the parent. A shell script follows.
readonly BELOW_ROOTLESSKIT=(
    "${AS_USER[@]}" rootlesskit --net=host --copy-up=/etc --copy-up=/run --state-dir="$USER_HOME/run/kit" sh -c
)

# check_user NAME CODE OUTPUT COMMAND...
check_user() { check "$1" "$2" "$3" "${AS_USER[@]}" "${@:4}"; }

check_rootless() {
    make_user
    check_rootless_podman
    check_rootless_containerd
    check_rootless_docker
}

check_rootless_podman() {
    local name runtime podman
    check_user "a user's podman load" 0 '*' podman load --input "$DATA/busybox.tar"
    # The last is Debian's, to prove the checks.
    for runtime in /usr/local/bin/runcs "$USER_HOME/bin/crun" /usr/bin/runc; do
        name="a user's podman, $runtime:"
        podman=(podman --cgroup-manager cgroupfs --runtime "$runtime")
        check_user "$name run" 7 out "${podman[@]}" run --rm --network none "$IMAGE" sh -c 'echo out; exit 7'
        check_user "$name run, user and groups" 0 $'1000\n1000 5' "${podman[@]}" run --rm --network none --user 1000:1000 --group-add 5 "$IMAGE" sh -c 'id -u; id -G'
        check_user "$name run, ids kept" 0 "$USER_ID" "${podman[@]}" run --rm --network none --userns keep-id "$IMAGE" id -u
        check_user "$name run, terminal" 0 '*/dev/pts/0*' script -qec "${podman[*]} run --rm --network none -it $IMAGE sh -c 'tty; sleep 0.5'" /dev/null
        check_user "$name run, the host's network" 0 '*lo*' "${podman[@]}" run --rm --network host "$IMAGE" ls /sys/class/net
        check_user "$name run, slirp4netns" 0 '*10.0.2.100/24*' "${podman[@]}" run --rm --network slirp4netns "$IMAGE" ip addr show tap0
        check_user "$name run, no such program" 127 '*not found*' "${podman[@]}" run --rm --network none "$IMAGE" none
        check_user "$name run in the background" 0 '*' "${podman[@]}" run --detach --name box --network none "$IMAGE" sh -c 'trap "exit 3" TERM; echo begun; while :; do sleep 0.05; done'
        check_user "$name exec" 5 in "${podman[@]}" exec box sh -c 'echo in; exit 5'
        check_user "$name logs" 0 begun "${podman[@]}" logs box
        check_user "$name stop" 0 'box exited 3' sh -c "${podman[*]} stop box > /dev/null; podman inspect --format '{{.Name}} {{.State.Status}} {{.State.ExitCode}}' box"
        check_user "$name rm" 0 box "${podman[@]}" rm --force --time 0 box
        check_user "$name pod" 0 "pod*" sh -c "${podman[*]} pod create --name pod --network none --share net,ipc,uts,pid --hostname pod > /dev/null && ${podman[*]} run --rm --pod pod $IMAGE hostname"
        check_user "$name pod rm" 0 '*' "${podman[@]}" pod rm --force --time 0 pod
    done
}

# The copy of /run has links to root's directories, which the scripts of containerd and Docker remove too.
# With Go's shim and runc too, to prove the checks.
check_rootless_containerd() {
    cat > "$USER_HOME/containerd.toml" << END
version = 3
root = "$USER_HOME/containerd"
state = "/run/containerd-user"
disabled_plugins = [$CRI_PLUGINS, $UNUSED_PLUGINS]
[grpc]
address = "/run/containerd-user/socket"
[ttrpc]
address = "/run/containerd-user/socket.ttrpc"
END
    mkdir -p "$USER_HOME/rootfs"
    tar -xOf "$DATA/busybox.tar" layer.tar | tar -C "$USER_HOME/rootfs" -x
    chown -R "$USER_ID:$USER_ID" "$USER_HOME/rootfs"
    local runtime name
    for runtime in io.containerd.runcs.v1 io.containerd.runc.v2; do
        name="containerd below RootlessKit, $runtime:"
        check "$name run, exec, kill" 0 $'hello\nin 5\n137\ngone' "${BELOW_ROOTLESSKIT[@]}" '
            rm -f /run/containerd
            containerd --config $HOME/containerd.toml > $HOME/containerd.log 2>&1 & daemon=$!
            ctr() { command ctr --address /run/containerd-user/socket "$@"; }
            for i in $(seq 100); do ctr version > /dev/null 2>&1 && break; sleep 0.1; done
            # ctr asks for CPU shares, which a user cannot have on cgroup v1.
            spec() {
                ctr oci spec | sed -e "s|\"path\": \"rootfs\"|\"path\": \"$HOME/rootfs\"|" -e "s|\"cpu\": {|\"none\": {|" \
                    -e "s|\"process\": {|\"process\": {\"args\": [$1], \"env\": [\"PATH=/bin\"],|" -e "s|\"cgroupsPath\": \"[^\"]*\"|\"cgroupsPath\": \"\"|" > $HOME/spec.json
            }
            spec "\"echo\", \"hello\""
            ctr run --rm --config $HOME/spec.json --runtime '"$runtime"' r1
            spec "\"sleep\", \"1000000\""
            ctr run --detach --config $HOME/spec.json --runtime '"$runtime"' r2
            echo $(ctr task exec --exec-id e r2 sh -c "echo in; exit 5"; echo $?)
            ctr task kill --signal SIGKILL r2; sleep 1
            ctr task delete r2 2>&1 | grep -o 137
            ctr container rm r2 && echo gone
            kill $daemon; wait $daemon'
    done
}

check_rootless_docker() {
    check "Docker below RootlessKit: run, exec, stop" 0 $'hello\nin 5\n137' "${BELOW_ROOTLESSKIT[@]}" '
        rm -f /run/docker /run/containerd /run/xtables.lock
        echo "{ \"runtimes\": { \"runcs\": { \"runtimeType\": \"io.containerd.runcs.v1\" } }, \"default-runtime\": \"runcs\" }" > $HOME/daemon.json
        dockerd --rootless --config-file $HOME/daemon.json --data-root $HOME/docker --exec-root /run/docker-user --pidfile /run/docker-user.pid --host unix://$HOME/run/docker.sock \
            --storage-driver vfs --iptables=false --ip6tables=false --bridge none > $HOME/dockerd.log 2>&1 & daemon=$!
        export DOCKER_HOST=unix://$HOME/run/docker.sock
        for i in $(seq 150); do docker info > /dev/null 2>&1 && break; sleep 0.2; done
        docker load --input '"$DATA/busybox.tar"' > /dev/null
        docker run --rm --network none '"$IMAGE"' echo hello
        docker run --detach --name box --network none '"$IMAGE"' sleep 1000000 > /dev/null
        echo $(docker exec box sh -c "echo in; exit 5"; echo $?)
        docker stop --timeout 1 box > /dev/null
        docker inspect --format "{{.State.ExitCode}}" box
        docker rm box > /dev/null
        kill $daemon; wait $daemon'
}
