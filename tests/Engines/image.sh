#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# image.sh FILE NAME [COMMAND...]: writes an image archive (docker save's form) with static busybox and no other file than
# /etc/passwd, /etc/group. COMMAND is its default.
set -euo pipefail

main() {
    local file=$1 name=$2 work diff command
    shift 2
    work=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf -- '$work'" EXIT
    mkdir -p "$work/root"/{bin,etc,tmp,root,var,usr/bin,dev,proc,sys} "$work/image"
    chmod 1777 "$work/root/tmp"
    cp -- "$(busybox_file)" "$work/root/bin/busybox"
    "$work/root/bin/busybox" --list | while read -r command; do [[ $command = busybox ]] || ln -s busybox "$work/root/bin/$command"; done
    echo 'root:x:0:0:root:/root:/bin/sh' > "$work/root/etc/passwd"
    echo 'root:x:0:' > "$work/root/etc/group"
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

busybox_file() { command -v busybox; }

# "a", "b"
quoted() {
    local list='' word
    for word in "$@"; do list+="${list:+,}\"$word\""; done
    echo "$list"
}

main "$@"
