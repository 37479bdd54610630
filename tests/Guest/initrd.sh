#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# The guest's first process: mounts the disks and executes init.sh on the second one.
b=/bin/busybox
$b mount -t devtmpfs devtmpfs /dev
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
for module in $($b cat /modules/order); do
    $b insmod "/modules/$module.ko"
done
tries=0
while [ ! -b /dev/vdc ] && [ "$tries" -lt 500 ]; do
    $b usleep 20000
    tries=$((tries + 1))
done
if ! $b mount -t ext4 -o noatime /dev/vda /root || ! $b mount -t ext4 -o noatime /dev/vdb /root/runcs; then
    $b echo "guest: no disks"
    $b reboot -f
fi
for kept in dev proc sys; do
    $b mount -o move /$kept /root/$kept
done
exec $b switch_root /root /runcs/tests/Guest/init.sh
