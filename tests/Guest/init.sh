#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# PID 1 of the guest after the initrd: mounts as on a pure cgroup v2 machine, then runs the command or starts systemd, which does.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8

mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run
mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs /dev/shm
mount -t mqueue mqueue /dev/mqueue
mount --make-rshared /
for link in fd: stdin:/0 stdout:/1 stderr:/2; do
    [ -e "/dev/${link%%:*}" ] || ln -s "/proc/self/fd${link#*:}" "/dev/${link%%:*}"
done
# Modules for tests; a test checks for itself whether the kernel has one.
modprobe -a -q overlay loop dummy veth bridge tun fuse

if [ -e /runcs/.guest/systemd ]; then
    mkdir -p /run/systemd/system
    cp /runcs/tests/Guest/units/* /run/systemd/system/
    exec /usr/lib/systemd/systemd --unit=guest.target --log-level=warning --log-target=kmsg --show-status=0
fi

mount -t securityfs securityfs /sys/kernel/security
mount -t bpf bpf /sys/fs/bpf
# As systemd mounts it.
mount -t cgroup2 -o nosuid,nodev,noexec,nsdelegate,memory_recursiveprot cgroup2 /sys/fs/cgroup
# A cgroup other than the root cannot have both processes and enabled controllers (cgroups(7)); the root lacks many files,
# so tests do not run there.
mkdir /sys/fs/cgroup/guest
echo $$ > /sys/fs/cgroup/guest/cgroup.procs
read -r controllers < /sys/fs/cgroup/cgroup.controllers
for controller in $controllers; do
    echo "+$controller" > /sys/fs/cgroup/cgroup.subtree_control
done
hostname guest
ip link set lo up
/runcs/tests/Guest/command.sh
# There is no init system to reboot with.
echo b > /proc/sysrq-trigger
