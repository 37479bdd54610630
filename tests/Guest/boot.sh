#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# boot.sh WORK LIMIT: boots the guest with this tree and the contents of WORK/input at /runcs, runs the command in
# WORK/input/.guest, prints its output, and copies /run/results to WORK/results. Exits with the command's exit code, with 124
# if it took more than LIMIT seconds, or with 1 if there are no results. With .guest/interactive instead of a command it runs a
# shell; with .guest/newest the kernel is Debian's newest. Files in /run/results/tree are copied into this tree: with SNAPSHOT=accept in the environment, the snapshots that tests
# accept in the guest.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
# shellcheck source=build/binary.sh
. build/binary.sh

IMAGE=$PWD/out/guest
# An emulated kernel boots in ten seconds, and in much more on a busy machine.
readonly BOOT_LIMIT=180
readonly KERNEL_LINE="console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off no_timer_check tsc=reliable random.trust_cpu=on nokaslr cgroup_no_v1=all apparmor=1 security=apparmor"

main() {
    local work=$1 limit=$2 attempt
    if [[ -e $work/input/.guest/newest ]]; then
        IMAGE+=/newest
        tests/Guest/image.sh --newest
    else
        tests/Guest/image.sh
    fi
    fill_input "$work"
    truncate -s 256M "$work/output"
    if [[ -e $work/input/.guest/interactive ]]; then
        emulator "$work" -chardev stdio,id=console,signal=off
        return
    fi
    for attempt in 1 2 3; do
        if once "$work" "$limit"; then
            [[ ! -e $work/late ]] || return 124
            [[ ! -d $work/results/tree ]] || cp -R -- "$work/results/tree/." .
            [[ ! -e $work/results/exit-code ]] || return "$(cat -- "$work/results/exit-code")"
            say "guest: no results"
            tail -n 20 -- "$work/kernel.log" >&2
            return 1
        fi
        say "guest: boot $attempt failed"
        tail -n 20 -- "$work/kernel.log" >&2
    done
    return 1
}

# once WORK LIMIT: fails if the guest did not reach its command.
once() (
    work=$1 limit=$2 allowed=$BOOT_LIMIT up='' show=''
    : > "$work/console"
    rm -rf -- "$work/output" "$work/results"
    mkdir -- "$work/results"
    truncate -s 256M "$work/output"
    emulator "$work" -chardev "file,id=console,path=$work/console" < /dev/null > "$work/qemu.log" 2>&1 &
    qemu=$!
    trap 'kill -KILL $qemu $show 2> /dev/null || true' EXIT
    trap 'exit 130' INT TERM
    started=$SECONDS
    while kill -0 "$qemu" 2> /dev/null; do
        if [[ -z $up ]] && grep -q '^@@guest-up@@' "$work/console"; then
            up=yes started=$SECONDS allowed=$limit
            tail -n +2 -f --pid="$qemu" -- "$work/console" &
            show=$!
        fi
        if [[ $((SECONDS - started)) -gt $allowed ]]; then
            kill -KILL "$qemu"
            [[ -z $up ]] || { say "guest: not finished after $limit s" && : > "$work/late"; }
            break
        fi
        sleep 0.2
    done
    wait "$qemu" || cat -- "$work/qemu.log" >&2
    [[ -z $show ]] || wait "$show" || true
    show=''
    # A guest that was quick may be gone before it was seen.
    [[ -n $up ]] || ! grep -q '^@@guest-up@@' "$work/console" || { up=yes && tail -n +2 -- "$work/console"; }
    tar -C "$work/results" -xf "$work/output" 2> /dev/null || true
    [[ -n $up ]]
)

# emulator WORK OPTIONS ...: the emulator itself. The root image is not written to. A hypervisor, which many machines for
# tests have not or only seem to have, is used when GUEST_ACCEL=kvm asks for it.
emulator() {
    local work=$1
    shift
    TMPDIR=$work exec qemu-system-x86_64 -M pc -accel "${GUEST_ACCEL:-tcg,thread=multi}" -cpu max,-la57 -smp 2 -m "${GUEST_MEMORY:-3072}" \
        -nodefaults -no-user-config -no-reboot -display none \
        -kernel "$IMAGE/vmlinuz" -initrd "$IMAGE/initrd" -append "$KERNEL_LINE ${GUEST_KERNEL-}" \
        -drive "file=$IMAGE/root.ext4,format=raw,if=virtio,snapshot=on,cache=unsafe" \
        -drive "file=$work/input.ext4,format=raw,if=virtio,cache=unsafe" \
        -drive "file=$work/output,format=raw,if=virtio,cache=unsafe" \
        -serial "file:$work/kernel.log" -device virtio-serial -device virtconsole,chardev=console "$@"
}

# fill_input WORK: the tree with what was built, and the command, as a disk.
fill_input() {
    mkdir -p -- "$1/input/.guest"
    [[ ${SNAPSHOT-} != accept ]] || : > "$1/input/.guest/accept"
    [[ -z ${GUEST_MOUNTS-} ]] || printf '%s\n' "$GUEST_MOUNTS" > "$1/input/.guest/mounts"
    tar --exclude='./.git' --exclude='./out/guest' --exclude='./out/engines' --exclude='./bench' --exclude='obj' --exclude='bin/Debug' --exclude='./src/*/bin' \
        --exclude='./oci-spec/bin' --exclude='*.received.txt' -c . | tar -C "$1/input" -x
    tests/Guest/compile.sh "$1/input/tests"/*/bin/Release/net10.0
    rm -f -- "$1/input.ext4"
    truncate -s 1G "$1/input.ext4"
    mke2fs -q -t ext4 -O ^has_journal,^metadata_csum,^64bit -E lazy_itable_init=1,root_owner=0:0 -m 0 -d "$1/input" "$1/input.ext4"
}

main "$@"
