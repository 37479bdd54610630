#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# In the guest: runs the command that came on the second disk, and writes its results to the third.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=${TERM:-dumb} LC_ALL=C.UTF-8
export DOTNET_ROOT=/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1
# Time in here is some fifty times slower than on a machine; the harness multiplies its limits by this.
export RUNCS_TEST_PATIENCE=10
# For the test that the machine is what tests are sent here for.
export RUNCS_GUEST=1
# Code that runs for a minute repays neither profiles nor optimizing, and mapping each page twice is dear in here.
export DOTNET_TieredPGO=0 DOTNET_JITMinOpts=1 DOTNET_EnableWriteXorExecute=0 DOTNET_EnableDiagnostics=0

console=/dev/hvc0
results=/run/results
mkdir -p "$results"
cd /runcs || exit 1
stty -F $console raw -echo
# As whoever is given a part of the tree by systemd does: a cgroup with processes can have no limited ones below it.
if [ -e .guest/systemd ]; then
    own=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
    mkdir "$own/command"
    echo $$ > "$own/command/cgroup.procs"
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
