# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Compares runcs with other runtimes.

# bench [--quick] [NAME=PATH ...]: the runtimes named, or Debian's runc and crun.
bench() {
    local argument runtimes=("runcs=$ROOT/out/runcs") options=(--config "$ROOT/tests/Integration/Harness/default-config.json")
    [[ $(id -u) -eq 0 ]] || die "bench needs root"
    need_busybox
    need unshare=util-linux umount=mount
    profile docker golang-github-docker-docker-dev '*/profiles/seccomp/default.json'
    [[ ! -e out/profiles/docker.json ]] || options+=(--profile "$ROOT/out/profiles/docker.json")
    for argument in "$@"; do
        case $argument in
            --quick) options+=(--quick) ;;
            *=*) runtimes+=("$argument") ;;
            *) die "bench: $argument is not NAME=PATH" ;;
        esac
    done
    if [[ ${#runtimes[@]} -eq 1 ]]; then
        need runc=runc crun=crun
        runtimes+=("runc=$(command -v runc)" "crun=$(command -v crun)")
    fi
    # The result of --quick is not kept.
    [[ " ${options[*]} " == *" --quick "* ]] || options+=(--document "$ROOT/docs/benchmarks.md" --pictures "$ROOT/docs/pictures/bench-")
    mkdir -p -- "$ROOT/docs/pictures"
    dotnet build bench -c Release -warnaserror -v quiet -clp:ErrorsOnly < /dev/null >&2
    in_own_mounts dotnet bench/bin/Release/net10.0/bench.dll "${options[@]}" "${runtimes[@]}"
}

# crun before 1.9 refuses a machine with both cgroup versions ("cgroups in hybrid mode not supported"), so the v2 hierarchy
# beside v1 is unmounted, for all runtimes. Its mount point must go too, since crun would write into the directory: the v1
# hierarchies are moved to a new tmpfs, which disappears with the mount namespace.
in_own_mounts() {
    # shellcheck disable=SC2016
    unshare --mount --propagation private sh -euc '
        if grep -q " /sys/fs/cgroup/unified cgroup2 " /proc/mounts; then
            place=$(mktemp -d)
            mount -t tmpfs tmpfs "$place"
            grep -o " /sys/fs/cgroup/[^ ]* cgroup " /proc/mounts | while read -r directory _; do
                mkdir "$place/${directory##*/}"
                mount --move "$directory" "$place/${directory##*/}"
            done
            umount -R /sys/fs/cgroup
            mount --move "$place" /sys/fs/cgroup
            rmdir "$place"
        fi
        [ "$(stat -f -c %T /run)" = tmpfs ] || mount -t tmpfs tmpfs /run
        exec "$@"' sh "$@" < /dev/null
}
