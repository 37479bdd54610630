# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Engines newer than this machine's: Debian forky's containerd 2, Docker 28, runc and crun in a root of their own, with the
# shim and the runtime of out/. See tests/Engines/README.md.

readonly ENGINES=$ROOT/out/engines
readonly ENGINES_PACKAGES=(
    busybox-static ca-certificates catatonit containerd containernetworking-plugins crun docker-cli docker.io erofs-utils iproute2 iptables kmod passwd podman procps
    rootlesskit runc slirp4netns strace uidmap util-linux
)

# engines [COMMAND...]: runs the checks, or a command, on that root.
engines() {
    local data code=0
    [[ $(id -u) -eq 0 ]] || die "engines needs root"
    engines_root
    # On a real file system: containerd and Docker mount overlays of it.
    data=$(mktemp -d -p "$ENGINES")
    [[ ! -e ${CRITEST-} ]] || cp -- "$CRITEST" "$data/critest"
    [[ $# -gt 0 ]] || set -- /srv/host/tests/Engines/checks.sh
    tests/Engines/enter.sh "$ENGINES/root" "$data" "$@" || code=$?
    rm -rf -- "$data"
    return "$code"
}

# Makes the root once; it stays until the list of packages changes.
engines_root() {
    local key="$NEWEST_SUITE ${ENGINES_PACKAGES[*]}" packages
    [[ $(cat "$ENGINES/key" 2> /dev/null) != "$key" ]] || return 0
    need mmdebstrap=mmdebstrap unshare=util-linux
    say "creating out/engines of Debian $NEWEST_SUITE, which takes some minutes"
    packages=$(IFS=, && echo "${ENGINES_PACKAGES[*]}")
    rm -rf -- "$ENGINES"
    mkdir -p -- "$ENGINES"
    # The Release file of a suite in development expires.
    mmdebstrap --variant=minbase --include="$packages" --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Install-Recommends "false"' \
        --aptopt='APT::Sandbox::User "root"' --dpkgopt=force-unsafe-io "$NEWEST_SUITE" "$ENGINES/root" \
        "$(newest_source)" < /dev/null >&2 || die "cannot create out/engines: is there a network?"
    echo "$key" > "$ENGINES/key"
}

# bench_shim [--quick]: compares the shim with containerd's own, on this machine, and on the newer engines if out/engines exists.
bench_shim() {
    local options=("$@")
    [[ $(id -u) -eq 0 ]] || die "bench needs root"
    need_busybox
    mkdir -p -- out/bench
    ln -sf -- ../runcs out/bench/containerd-shim-runcs-v1
    {
        if command -v containerd ctr containerd-shim-runc-v2 runc > /dev/null; then
            bench_shim_here "${options[@]}"
        else
            say "bench --shim: not on this machine, which lacks containerd, its shim or runc (Debian: containerd, runc)"
        fi
        if [[ -e $ENGINES/key ]]; then
            echo
            engines /srv/host/bench/shim.sh "${options[@]}" /var/lib/engines runcs=/srv/host/out/bench/containerd-shim-runcs-v1 \
                go-runc=io.containerd.runc.v2,/usr/sbin/runc go-crun=io.containerd.runc.v2,/usr/bin/crun
        else
            say "bench --shim: not with containerd 2: ./build.sh engines creates it"
        fi
    } > out/bench/shim.md
    cat out/bench/shim.md
    # The result of --quick is not kept.
    if [[ " ${options[*]} " != *" --quick "* && -s out/bench/shim.md ]]; then
        replace_between shim out/bench/shim.md docs/benchmarks.md
        draw_shim out/bench/shim.md docs/pictures/shim
    fi
}

# draw_shim TABLES PREFIX: draws the tables' figures, as PREFIX-times.svg and PREFIX-memory.svg.
draw_shim() {
    dotnet build bench -c Release -warnaserror -v quiet -clp:ErrorsOnly < /dev/null >&2
    mkdir -p -- "$(dirname -- "$2")"
    shim_figures "$1" times | dotnet bench/bin/Release/net10.0/bench.dll --draw "$2-times.svg" 'Time with each containerd shim, median' milliseconds
    shim_figures "$1" memory | dotnet bench/bin/Release/net10.0/bench.dll --draw "$2-memory.svg" 'PSS of each containerd shim, median' KiB
}

# shim_figures TABLES times|memory: lines of fields between tabs, the first with the contenders.
shim_figures() {
    awk -F ' *[|] *' -v kind="$2" '
        /^containerd / { split($0, words, /[ ~+,]/); version = words[2]; sub(/\.[0-9]+$/, "", version) }
        /^[|] [|]/ { for (n = 0; $(3 + n) !~ "/"; n++) { heads = heads (n ? "\t" : "") $(3 + n) }; if (!printed++) print heads }
        function row(label, divisor, i, line) {
            line = label ", containerd " version
            for (i = 0; i < n; i++) line = line "\t" $(3 + i) / divisor
            print line
        }
        kind == "times" && /ctr run/ { row("ctr run", 1) }
        kind == "times" && /ctr task exec/ { row("ctr task exec", 1) }
        kind == "times" && /started at once/ { split($2, words, " "); row("one of " words[1] " at once", words[1]) }
        kind == "memory" && /of one container/ { row("one container", 1) }
        kind == "memory" && /of a pod/ { row("a pod of 10", 1) }' "$1"
}

bench_shim_here() {
    local work others=("go-runc=io.containerd.runc.v2,$(command -v runc)")
    # crun is executed by name in a machine without a v2 hierarchy beside v1 (in_own_mounts).
    ! command -v crun > /dev/null || others+=("go-crun=io.containerd.runc.v2,$(command -v crun)")
    work=$(mktemp -d)
    # shellcheck disable=SC2016
    in_own_mounts sh -euc 'mkdir -p /run/containerd && mount -t tmpfs tmpfs /run/containerd && exec "$@"' sh \
        bench/shim.sh "$@" "$work" "runcs=$ROOT/out/bench/containerd-shim-runcs-v1" "${others[@]}"
    rmdir -- "$work"
}

# replace_between NAME SOURCE FILE: the text between the two markers of that name becomes that of SOURCE.
replace_between() {
    local text
    text=$(sed -e "/<!-- $1: begin -->/,/<!-- $1: end -->/ { /<!-- $1: begin -->/ { p; r $2
d }; /<!-- $1: end -->/p; d }" "$3")
    printf '%s\n' "$text" > "$3"
}
