#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The entry point of the repository; see ./build.sh help. The commands are in build/.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly ROOT
cd -- "$ROOT"

# The SDK then needs no libicu, prints no banner, sends no telemetry, and leaves no server running.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
export DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=${UseSharedCompilation:-false}

for part in build/*.sh; do
    # shellcheck source=/dev/null
    . "$part"
done

help() {
    cat <<'EOF'
usage: ./build.sh [COMMAND]

  (none)                   install what the build needs (Debian, apt) and build out/runcs
  hello                    build, create bundles from the machine's packages in out/hello, run a container
  test [--host] [FILTER]   build and run all tests, on this machine and in the guest (--host: this
                           machine only); ends with "N passed, N failed, N skipped"
  guest [--newest] [--systemd] [COMMAND | --tests FILTER | --bench]
                           boot the tests' guest (cgroup v2 and AppArmor, or systemd) with out/runcs
                           and run a command, tests, the comparison of bench --quick or a shell in it;
                           --newest: with the kernel of Debian's suite in development
  check                    the shell scripts (shellcheck, if installed), format, analyzers and layering;
                           compile for arm64; reproducible
  reproducible             build in two other directories and compare the binaries byte by byte
  order                    record the order in which functions are first called, for the layout of the executable
  conformance              run the tests that can judge any runtime, and print how many requirements of
                           the specification tests cover; RUNTIME=runc runs them on runc
  soak [MINUTES]           give a containerd shim random input for so long (default 10), and 10,000 rounds of
                           operations, after which it holds no more than after ten
  bench [--newest] [--busy] [--quick] [NAME=PATH ...]
                           compare runcs with this machine's runc and crun, with Debian's newest (in the root
                           of engines), or with the runtimes named, and with the system calls alone; writes
                           docs/benchmarks.md and pictures.
                           --busy: while other processes keep all processors busy
  bench --shim [--quick]   compare the containerd shim with containerd's own
  engines [COMMAND]        build, create a root with Debian's newest containerd, Docker, runc and crun in out/engines
                           (network needed), and check the shim there or run a command; CRITEST=FILE runs
                           Kubernetes' suite for container runtimes too
  install [PREFIX]         build and install PREFIX/bin/runcs (default /usr/local), with manual pages
                           and completions for bash, zsh and fish below PREFIX/share
  clean                    remove all build output

BOOT_REPLACEMENTS=false in the environment leaves out what src/Runtime/Boot replaces only for a faster start
(docs/decisions/0002).
EOF
}

main() {
    local command=${1-build}
    [[ $# -eq 0 ]] || shift
    case $command in
        build) build ;;
        hello) need "${BUILD_PROGRAMS[@]}" "$(busybox_program)" && build && hello ;;
        test) run_tests "$@" ;;
        guest) build && if [[ ${1-} = --bench ]]; then bench_guest; else guest "$@"; fi ;;
        check) check ;;
        reproducible) reproducible ;;
        order) order ;;
        conformance) conformance "$@" ;;
        soak) build && soak "$@" ;;
        bench) build && if [[ ${1-} = --shim ]]; then bench_shim "${@:2}"; else bench "$@"; fi ;;
        engines) build && engines "$@" ;;
        install) build && install_to "${1-/usr/local}" ;;
        clean) clean ;;
        help | -h | --help) help ;;
        *) help >&2 && exit 2 ;;
    esac
}

main "$@"
