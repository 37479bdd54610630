# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Runs a first container, built from the machine's packages.

hello() {
    need_busybox
    [[ $(id -u) -eq 0 ]] || die "hello needs root"
    local bundle code=0
    bundle=$(mktemp -d)
    hello_bundle "$bundle"
    say "\$ runcs run --bundle $bundle hello-$$"
    out/runcs run --bundle "$bundle" "hello-$$" < /dev/null || code=$?
    say "exit code $code"
    rm -rf -- "$bundle"
    [[ $code -eq 42 ]] || die "expected exit code 42"
}

# hello_bundle DIRECTORY: a root filesystem with busybox, and runcs's default config with a script as the program.
hello_bundle() {
    mkdir -p -- "$1"/rootfs/{bin,dev,proc,sys,tmp}
    cp -- /bin/busybox "$1/rootfs/bin/busybox"
    ln -s busybox "$1/rootfs/bin/sh"
    cat > "$1/rootfs/hello" << 'EOF'
#!/bin/sh
busybox echo "hello from $(busybox hostname), process $$ of $(busybox ps | busybox wc -l)"
exit 42
EOF
    chmod 755 "$1/rootfs/hello"
    out/runcs spec --bundle "$1"
    sed -i -e 's/"terminal": true/"terminal": false/' -e '/"args": \[/,/\]/ s/"sh"/"\/hello"/' "$1/config.json"
}
