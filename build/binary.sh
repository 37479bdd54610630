# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Builds out/runcs and installs what that needs.

# say LINE...
say() { printf '%s\n' "$@" >&2; }
die() {
    say "build.sh: $*"
    exit 1
}

# step TEXT COMMAND...: runs a command whose output is not shown. Prints what runs, every ten seconds that it still does, and the
# time that it took.
step() {
    local text=$1 began=$SECONDS ticker code=0
    shift
    say "$text"
    (while sleep 10 > /dev/null 2>&1 && kill -0 $$ 2> /dev/null; do say "  ... $((SECONDS - began)) s"; done) < /dev/null &
    ticker=$!
    "$@" || code=$?
    kill "$ticker"
    wait "$ticker" 2> /dev/null || true
    [[ $code -ne 0 ]] || say "  done, $((SECONDS - began)) s"
    return "$code"
}

# Debian's suite in development, for what must be newer than this machine's packages.
# shellcheck disable=SC2034 # build/engines.sh uses it
readonly NEWEST_SUITE=forky

# Its line of sources.list(5). The keyring of an older Debian lacks its key.
newest_source() { printf 'deb [trusted=yes] %s %s main\n' "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" "$NEWEST_SUITE"; }

# need PROGRAM=PACKAGE ...: installs the packages of the programs (or, with a slash, files) that are missing.
need() {
    local pair missing=()
    for pair in "$@"; do
        case ${pair%%=*} in
            /*) [[ -e ${pair%%=*} ]] || missing+=("${pair#*=}") ;;
            *) command -v -- "${pair%%=*}" > /dev/null || missing+=("${pair#*=}") ;;
        esac
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
    command -v apt-get > /dev/null || die "please install: ${missing[*]}"
    [[ $(id -u) -eq 0 ]] || die "please install, or run once as root: ${missing[*]}"
    say "missing on this machine: ${missing[*]}"
    step "installing them with apt-get, which takes a minute or more" apt_install "${missing[@]}" || die "apt-get could not install: ${missing[*]}"
}

# Installs packages without starting their services (invoke-rc.d(8)).
apt_install() {
    local policy=/usr/sbin/policy-rc.d ours=
    apt-get -qq update < /dev/null || return
    if [[ ! -e $policy ]]; then
        ours=yes
        printf '#!/bin/sh\nexit 101\n' > "$policy"
        chmod 755 "$policy"
    fi
    local code=0
    # Without apt-utils debconf warns on each run that it asks nothing beforehand.
    DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get -qq install --no-install-recommends -y "$@" < /dev/null > /dev/null || code=$?
    [[ -z $ours ]] || rm -f -- "$policy"
    return "$code"
}

# Programs and their packages, for need.
readonly BUILD_PROGRAMS=(clang=clang ld.lld=lld)

# The same for the busybox of the root filesystems of hello, tests and bench: a static one. Debian's package busybox is dynamic.
busybox_program() {
    if ! command -v busybox > /dev/null || ldd /bin/busybox > /dev/null 2>&1; then
        printf '/missing=busybox-static'
    else
        printf 'busybox=busybox-static'
    fi
}

need_busybox() { need "$(busybox_program)"; }

need_sdk() {
    local major
    major=$(sed -n 's/.*"version": *"\([0-9]*\)\..*/\1/p' global.json)
    dotnet --list-sdks 2> /dev/null | grep -q "^$major\." ||
        die "the .NET SDK $major is missing: install dotnet-sdk-$major.0, see https://learn.microsoft.com/dotnet/core/install/linux-debian"
}

need_toolchain() {
    need_sdk
    need "${BUILD_PROGRAMS[@]}"
}

build() {
    local time="half a minute"
    need_toolchain
    [[ -e src/Runtime/obj/project.assets.json ]] || time="two minutes, since NuGet packages are downloaded the first time"
    step "building out/runcs, which takes about $time" publish "$ROOT" "$ROOT/out" || die "the build failed"
}

# publish SOURCE DIRECTORY: builds DIRECTORY/runcs, a single file. Prints nothing unless the build fails.
publish() {
    local log commit code=0
    log=$(mktemp)
    commit=$(git -C "$ROOT" rev-parse --short=12 HEAD 2> /dev/null) || commit=
    dotnet publish "$1/src/Runtime/Runtime.csproj" -c Release -o "$2" -warnaserror -v quiet \
        -p:SourceCommit="$commit" -p:BootReplacements="${BOOT_REPLACEMENTS:-true}" > "$log" 2>&1 < /dev/null || code=$?
    [[ $code -eq 0 ]] || cat -- "$log" >&2
    rm -f -- "$log" "$2"/*.dbg "$2"/*.pdb
    return "$code"
}

# Compiles the C# code, without the link, for arm64: with its numbers (src/Native/Arch), and warnings as errors.
compile_for_arm64() {
    dotnet build src/Runtime -c Release -p:TargetArch=arm64 -warnaserror -v quiet -clp:ErrorsOnly < /dev/null >&2 || die "the code does not compile for arm64"
}

clean() {
    rm -rf out
    find build oci-spec src tests bench -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
}

# Builds the same sources in another directory: the binary must not depend on where it was built.
reproducible() {
    local elsewhere
    build
    elsewhere=$(mktemp -d)
    cp -a -- ./*.props global.json .editorconfig oci-spec src "$elsewhere"
    find "$elsewhere" -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
    step "building in another directory" publish "$elsewhere" "$elsewhere/out" || die "the build failed"
    cmp -- out/runcs "$elsewhere/out/runcs" || die "not reproducible: $elsewhere/out/runcs differs from out/runcs"
    rm -rf -- "$elsewhere"
    say "reproducible: two builds in different directories are the same"
}

# Manual pages and completions are generated from the table of commands (build/Reference).
install_to() {
    step "building manual pages and completions" dotnet build build/Reference -c Release -warnaserror -v quiet -clp:ErrorsOnly < /dev/null >&2 || die "build/Reference does not build"
    build/Reference/bin/Release/net10.0/Reference "$1/share" "$(git log -1 --format=%cs 2> /dev/null || true)"
    install -D -m 755 out/runcs "$1/bin/runcs"
    say "installed $1/bin/runcs, and manual pages and completions for bash, zsh and fish in $1/share"
    [[ -e /usr/share/bash-completion/bash_completion ]] || say "completion in bash needs the package bash-completion"
    command -v man > /dev/null || say "reading the manual pages needs the package man-db"
}
