#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# enter.sh ROOT DATA COMMAND...: runs a command on a Debian root as on a machine of its own: it is the init of a pid namespace,
# with private mounts, network, IPC, hostname and cgroups. DATA, a directory on a real filesystem, is its /var/lib/engines.
# The root itself does not change.
set -euo pipefail
readonly CGROUP=runcs-engines-$$

# The own cgroup in each hierarchy of version 1, or in that of version 2.
own_cgroups() {
    local line path
    while IFS=: read -r _ line path; do
        case $line in
            '') [[ -e /sys/fs/cgroup/cgroup.controllers ]] && echo "/sys/fs/cgroup${path%/}/$CGROUP" ;;
            name=*) echo "/sys/fs/cgroup/${line#name=}${path%/}/$CGROUP" ;;
            *) echo "/sys/fs/cgroup/$line${path%/}/$CGROUP" ;;
        esac
    done < /proc/self/cgroup
}

remove_cgroups() {
    local directory
    for directory in "${CGROUPS[@]}"; do
        # The last processes of the pid namespace may still be ending.
        for _ in {1..50}; do
            [[ -d $directory ]] || break
            find "$directory" -depth -type d -exec rmdir {} + 2> /dev/null && break
            sleep 0.1
        done
    done
}

# In the new namespaces. The mount point of each v1 hierarchy is its name on the host.
# shellcheck disable=SC2016
readonly MACHINE='
    set -euo pipefail
    root=$1 data=$2
    shift 2
    place=$data/.machine
    mkdir -p "$place"
    mount -t tmpfs tmpfs "$place"
    mkdir "$place"/{upper,work,new}
    mount -t overlay -o "lowerdir=$root,upperdir=$place/upper,workdir=$place/work" overlay "$place/new"
    cd "$place/new"
    mount -t proc proc proc
    mount -t sysfs sysfs sys
    mount --rbind /dev dev
    mount -t tmpfs tmpfs run
    mount -t tmpfs tmpfs tmp
    mkdir -p var/lib/engines srv/host .old
    mount --bind "$data" var/lib/engines
    mount --rbind "$PWD_HOST" srv/host
    if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
        mount -t cgroup2 cgroup2 sys/fs/cgroup
    else
        mount -t tmpfs tmpfs sys/fs/cgroup
        while IFS=: read -r _ line _; do
            [[ -n $line ]] || continue
            mkdir "sys/fs/cgroup/${line#name=}"
            mount -t cgroup -o "$line" cgroup "sys/fs/cgroup/${line#name=}"
        done < /proc/self/cgroup
    fi
    pivot_root . .old
    umount -l /.old
    cd /
    rmdir /.old
    hostname engines
    ip link set lo up
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
    # Not executed: bash is the init, which waits for the processes that become its children.
    code=0
    "$@" || code=$?
    exit "$code"
'

main() {
    local root data code=0 directory
    root=$(realpath -- "$1") data=$(realpath -- "$2")
    shift 2
    mapfile -t CGROUPS < <(own_cgroups)
    trap remove_cgroups EXIT
    for directory in "${CGROUPS[@]}"; do
        mkdir -p -- "$directory"
        # A cpuset has no CPUs and memory nodes of its own at first.
        [[ ! -e $directory/cpuset.cpus ]] || for file in cpuset.cpus cpuset.mems; do cat "$directory/../$file" > "$directory/$file"; done
        [[ ! -e $directory/cgroup.clone_children ]] || [[ ! -e $directory/cpuset.cpus ]] || echo 1 > "$directory/cgroup.clone_children"
    done
    (
        for directory in "${CGROUPS[@]}"; do echo 0 > "$directory/cgroup.procs"; done
        PWD_HOST=$PWD exec unshare --cgroup --mount --net --pid --ipc --uts --fork --kill-child --propagation private \
            /bin/bash -c "$MACHINE" bash "$root" "$data" "$@"
    ) || code=$?
    return "$code"
}

main "$@"
