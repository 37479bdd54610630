# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Writes src/Runtime/order.txt: the functions in the order of their first call, by which the executable is laid out (decision 31).

order() {
    local work
    [[ $(id -u) -eq 0 ]] || die "order needs root"
    need_busybox
    build
    dotnet build build/Order -c Release -warnaserror -v quiet -clp:ErrorsOnly < /dev/null >&2
    work=$(mktemp -d)
    order_bundle "$work/true" '"/bin/true"'
    order_bundle "$work/sleep" '"/bin/sleep", "1000"'
    order_bundle "$work/filtered" '"/bin/true"' '"seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
        "syscalls": [ { "names": ["mkdir", "reboot", "swapon"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1 },
            { "names": ["personality"], "action": "SCMP_ACT_ERRNO", "args": [ { "index": 0, "value": 8, "op": "SCMP_CMP_EQ" } ] } ] },'
    order_commands "$work" | dotnet build/Order/bin/Release/net10.0/Order.dll out/runcs src/Runtime/bin/Release/net10.0/linux-x64/native/runcs.dbg > "$work/order.txt" ||
        die "a command failed"
    cp -- "$work/order.txt" src/Runtime/order.txt
    rm -rf -- "$work"
    say "src/Runtime/order.txt has $(wc -l < src/Runtime/order.txt) names; the next build uses it"
}

# order_bundle DIRECTORY ARGUMENTS [MEMBER OF "linux"]
order_bundle() {
    local name
    mkdir -p -- "$1"/rootfs/{bin,dev,etc,proc,sys,tmp}
    for name in busybox true sleep; do cp -- /bin/busybox "$1/rootfs/bin/$name"; done
    awk -v arguments="$2" -v member="${3-}" '
        /^ *"sh"$/ { print arguments; next }
        { print }
        /^    "linux": \{/ { print member }' tests/Integration/Harness/default-config.json > "$1/config.json"
}

# order_commands DIRECTORY: the short commands first, so that what all have in common is together.
order_commands() {
    local id=order-$$ root="--root $1/state"
    printf '%s\n' "$root create --bundle $1/sleep $id" "$root state $id" "$root start $id" "$root exec $id /bin/true" \
        "$root kill $id KILL" "$root delete --force $id" "$root run --bundle $1/true $id" "$root run --bundle $1/filtered $id"
}
