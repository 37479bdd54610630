#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# image.sh FILE NAME [COMMAND...]: writes an image archive (docker save's form) with static busybox, users and groups, and the
# programs that Kubernetes' suite calls and busybox lacks. COMMAND is its default.
# shellcheck disable=SC2016 # programs for other shells
set -euo pipefail

main() {
    local file=$1 name=$2 work diff command
    shift 2
    work=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf -- '$work'" EXIT
    mkdir -p "$work/root"/{bin,etc,tmp,root,var/run,usr/bin,dev,proc,sys} "$work/image"
    chmod 1777 "$work/root/tmp"
    cp -- "$(busybox_file)" "$work/root/bin/busybox"
    "$work/root/bin/busybox" --list | while read -r command; do [[ $command = busybox ]] || ln "$work/root/bin/busybox" "$work/root/bin/$command"; done
    printf '%s\n' root:x:0:0:root:/root:/bin/sh default-user:x:1000:1000::/:/bin/sh nobody:x:65534:65534::/:/bin/sh > "$work/root/etc/passwd"
    printf '%s\n' root:x:0: default-user:x:1000: group-defined-in-image:x:50000:default-user nogroup:x:65534: > "$work/root/etc/group"
    programs "$work/root"
    tar -C "$work/root" --owner=0 --group=0 --numeric-owner --mtime=@0 --sort=name -cf "$work/image/layer.tar" .
    diff=$(sha256sum "$work/image/layer.tar" | cut -d' ' -f1)
    cat > "$work/image/config.json" << END
{"architecture":"amd64","os":"linux","created":"1970-01-01T00:00:00Z",
 "config":{"Env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":[$(quoted "${@:-/bin/sh}")]},
 "rootfs":{"type":"layers","diff_ids":["sha256:$diff"]}}
END
    echo "[{\"Config\":\"config.json\",\"RepoTags\":[\"$name\"],\"Layers\":[\"layer.tar\"]}]" > "$work/image/manifest.json"
    tar -C "$work/image" -cf "$file" manifest.json config.json layer.tar
}

# programs DIRECTORY: a web server with the pid file, processes and log line that the suite expects of nginx and httpd; others
# as far as the suite uses them.
programs() {
    echo page > "$1/index.html"
    program "$1/bin/nginx" 'trap exit TERM; echo $$ > /var/run/nginx.pid; echo httpd; httpd -f -p "${2-80}" -h / & wait'
    program "$1/bin/pgrep" 'ps -o pid,comm | while read -r pid name; do [ "$name" != "$1" ] || echo "$pid"; done'
    program "$1/bin/ipcs" 'cat /proc/sysvipc/shm'
}

program() {
    printf '#!/bin/sh\n%s\n' "$2" > "$1"
    chmod 755 "$1"
}

busybox_file() { command -v busybox; }

# "a", "b"
quoted() {
    local list='' word
    for word in "$@"; do list+="${list:+,}\"$word\""; done
    echo "$list"
}

main "$@"
