#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Run in the guest: runs the command on the second disk and writes the results to the third.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=${TERM:-dumb} LC_ALL=C.UTF-8
export DOTNET_ROOT=/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1
# The guest is about fifty times slower than its host; the harness multiplies its limits by this.
export RUNCS_TEST_PATIENCE=10
# For GuestTests, which check what the guest has.
export RUNCS_GUEST=1
# Profiles and optimization do not pay off in a minute, and mapping each page twice is expensive here.
export DOTNET_TieredPGO=0 DOTNET_JITMinOpts=1 DOTNET_EnableWriteXorExecute=0 DOTNET_EnableDiagnostics=0

console=/dev/hvc0
results=/run/results
mkdir -p "$results"
cd /runcs || exit 1
stty -F $console raw -echo
# A cgroup with processes cannot have children with controllers (cgroups(7)), so processes go into a child.
if [ -e .guest/systemd ]; then
    own=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
    mkdir "$own/command"
    echo $$ > "$own/command/cgroup.procs"
fi
# Mounts beyond the machine's own. Each bind of a tree into itself doubles it, unless it is shared.
if [ -e .guest/mounts ]; then
    mkdir /run/mounts
    mount -t tmpfs --make-private tmpfs /run/mounts
    while [ "$(wc -l < /proc/self/mountinfo)" -le "$(cat .guest/mounts)" ]; do
        mount --rbind /run/mounts "$(mktemp -d -p /run/mounts)"
    done
fi
read -r up _ < /proc/uptime
printf '%s\n' "$up" > "$results/up"
printf '@@guest-up@@\n' > $console
if [ -e .guest/interactive ]; then
    stty -F $console sane
    setsid --ctty bash -i <> $console >&0 2>&1
else
    setsid bash .guest/command < /dev/null > $console 2>&1
fi
printf '%s\n' $? > "$results/exit-code"
tar -C "$results" -cf /dev/vdc .
sync -f /dev/vdc
sync /dev/vdc
