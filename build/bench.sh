# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Compares runcs with other runtimes and with the floor, the system calls alone (bench/Floor).

# bench [--newest] [--busy] [--quick] [NAME=PATH ...]: the runtimes named, or Debian's runc and crun: this machine's, or the newest.
bench() {
    local argument section=bench name tree=$ROOT runtimes=() options=()
    [[ $(id -u) -eq 0 ]] || die "bench needs root"
    need_busybox
    need unshare=util-linux setpriv=util-linux umount=mount
    profile docker golang-github-docker-docker-dev '*/profiles/seccomp/default.json'
    for argument in "$@"; do
        case $argument in
            --newest) section=newest tree=/srv/host ;;
            --quick | --busy) options+=("$argument") ;;
            *=*) runtimes+=("$argument") ;;
            *) die "bench: $argument is not NAME=PATH" ;;
        esac
    done
    bench_floor
    options+=(--floor "$tree/out/bench/floor" --config "$tree/tests/Integration/Harness/default-config.json")
    [[ ! -e out/profiles/docker.json ]] || options+=(--profile "$tree/out/profiles/docker.json")
    # The result of --quick is not kept.
    name=$section
    [[ " ${options[*]} " != *" --busy "* ]] || name+=-busy
    [[ " ${options[*]} " == *" --quick "* ]] || options+=(--document "$tree/docs/benchmarks.md" --section "$name")
    [[ " ${options[*]} " == *" --quick "* || $name = *-busy ]] || options+=(--pictures "$tree/docs/pictures/$name-")
    mkdir -p -- docs/pictures
    if [[ $section = newest ]]; then
        bench_newest "${options[@]}" "runcs=$tree/out/runcs" "${runtimes[@]}"
        return
    fi
    if [[ ${#runtimes[@]} -eq 0 ]]; then
        need runc=runc crun=crun
        runtimes=("runc=$(command -v runc)" "crun=$(command -v crun)")
    fi
    dotnet build bench -c Release -warnaserror -v quiet -clp:ErrorsOnly < /dev/null >&2
    in_own_mounts dotnet bench/bin/Release/net10.0/bench.dll "${options[@]}" "runcs=$tree/out/runcs" "${runtimes[@]}"
}

# bench_newest ARGUMENTS...: on the root of the newer engines, whose runtimes need its libraries, and with a bench that brings .NET.
# The root has no v2 hierarchy beside v1 (tests/Engines/enter.sh).
bench_newest() {
    [[ "${*: -1}" != runcs=* ]] || set -- "$@" runc=/usr/sbin/runc crun=/usr/bin/crun
    bench_program
    engines env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 /srv/host/out/bench/program/bench "$@"
}

# Compiles out/bench/floor.
bench_floor() {
    mkdir -p -- out/bench
    bench/Floor/compile.sh out/bench/floor
}

# Publishes out/bench/program/bench, with .NET.
bench_program() {
    dotnet publish bench -c Release -r linux-x64 --self-contained -o out/bench/program -warnaserror -v quiet -clp:ErrorsOnly < /dev/null >&2
}

# bench_guest: the tables of --quick in the tests' guest, whose pure cgroup v2 has all controllers. The times are the emulator's;
# ratios and counts are written into docs/benchmarks.md with them.
bench_guest() {
    local options=(--quick --floor out/bench/floor --config tests/Integration/Harness/default-config.json)
    profile docker golang-github-docker-docker-dev '*/profiles/seccomp/default.json'
    [[ ! -e out/profiles/docker.json ]] || options+=(--profile out/profiles/docker.json)
    bench_floor
    bench_program
    guest "out/bench/program/bench ${options[*]} runcs=/runcs/out/runcs runc=/usr/sbin/runc crun=/usr/bin/crun > /run/results/guest.md &&
        install -D /run/results/guest.md /run/results/tree/out/bench/guest.md" || die "bench in the guest failed"
    cat out/bench/guest.md
    replace_between guest out/bench/guest.md docs/benchmarks.md
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
