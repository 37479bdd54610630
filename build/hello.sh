# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Runs a first container, built from the machine's packages, and prints what to do next.

# hello [DIRECTORY]: creates bundles there and runs the first.
hello() {
    local directory=${1-out/hello} code=0
    [[ $(id -u) -eq 0 ]] || die "hello needs root"
    hello_bundles "$directory"
    say "" "The program of the first container is asked to exit with 42:" ""
    say "    out/runcs run --bundle $directory/hello hello"
    out/runcs run --bundle "$directory/hello" "hello-$$" < /dev/null || code=$?
    [[ $code -eq 42 ]] || die "expected exit code 42, got $code"
    say "" "The exit code of runcs was 42, as the program's." "" "The second runs in the background, and a keeper has its output and its exit code:" ""
    say "    out/runcs run --supervise --bundle $directory/job job"
    say "    out/runcs logs --follow job"
    say "    out/runcs wait job"
    hello_job "$directory/job" "job-$$"
    say "" "The bundles stay in $directory. Next:" ""
    hello_next "$directory" >&2
}

# hello_job BUNDLE ID: a detached container, its output and its exit code.
hello_job() {
    local code=0
    out/runcs run --supervise --bundle "$1" "$2"
    out/runcs logs --follow "$2"
    out/runcs wait "$2" || code=$?
    out/runcs delete --force "$2"
    [[ $code -eq 7 ]] || die "expected exit code 7, got $code"
}

hello_next() {
    cat << EOF
A shell in a container (its end is the container's):

    out/runcs run --bundle $1/shell shell

A container in the background, a command in it, and its end:

    out/runcs run --detach --bundle $1/background box
    out/runcs exec box ps
    out/runcs delete --force box

runcs in /usr/local/bin, with manual pages and completions:

    ./build.sh install
EOF
}

# hello_bundles DIRECTORY: bundles with runcs's default config and different programs, which share a root filesystem with busybox.
hello_bundles() {
    rm -rf -- "$1"
    mkdir -p -- "$1"/rootfs/{bin,dev,proc,sys,tmp}
    cp -- "$(command -v busybox)" "$1/rootfs/bin/busybox"
    chroot "$1/rootfs" /bin/busybox --install -s /bin
    cat > "$1/rootfs/hello" << 'EOF'
#!/bin/sh
set -- /proc/[0-9]*
echo "hello from $(hostname): this is process $$ of $#"
exit 42
EOF
    cat > "$1/rootfs/job" << 'EOF'
#!/bin/sh
for step in 1 2 3; do
    echo "step $step of 3"
    sleep 0.3
done
exit 7
EOF
    chmod 755 "$1/rootfs/hello" "$1/rootfs/job"
    hello_bundle "$1/hello" '"/hello"' false
    hello_bundle "$1/job" '"/job"' false
    hello_bundle "$1/shell" '"sh"' true
    hello_bundle "$1/background" '"sleep", "86400"' false
}

# hello_bundle DIRECTORY ARGS TERMINAL: the default config with another program.
hello_bundle() {
    mkdir -- "$1"
    out/runcs spec --bundle "$1"
    sed -i -e "s|\"terminal\": true|\"terminal\": $3|" -e "/\"args\": \\[/,/\\]/ s|\"sh\"|$2|" -e 's|"hostname": "runc"|"hostname": "runcs"|' \
        -e 's|"path": "rootfs"|"path": "../rootfs"|' "$1/config.json"
}
