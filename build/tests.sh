# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Runs the tests, and the checks that need no kernel.

readonly TEST_PROJECTS=(Conformance Integration)

# Limit in seconds for one project on this machine.
readonly TEST_LIMIT=${TEST_LIMIT:-2400}

# "verbose" prints a line when a test begins and one when it ends, so a run that is killed still shows what was run.
readonly RUNNER_OPTIONS=(-noColor -noLogo -noAutoReporters -reporter verbose)

# Programs and files that tests use, with their packages. Without one of them its tests skip.
readonly TEST_PROGRAMS=(
    # The engines, and what they need for a container.
    runc=runc crun=crun containerd=containerd dockerd=docker.io docker-init=tini podman=podman conmon=conmon slirp4netns=slirp4netns newuidmap=uidmap catatonit=catatonit
    /usr/lib/cni/ptp=containernetworking-plugins
    # Programs that tests run.
    strace=strace unshare=util-linux setpriv=util-linux umount=mount losetup=mount mkfs.ext4=e2fsprogs mkfs.erofs=erofs-utils ip=iproute2 ps=procps script=bsdutils
    tar=tar systemd-notify=systemd /usr/bin/python3=python3-minimal
    # Where the kernel has AppArmor, engines load a profile for each container.
    apparmor_parser=apparmor
    # Readers of completions and manual pages.
    zsh=zsh fish=fish man=man-db mandoc=mandoc
    # The kernel's headers that src/Native/Arch is compared with.
    /usr/include/asm-generic/unistd.h=linux-libc-dev
    # The seccomp tests compare with libseccomp.
    "/usr/lib/$(uname -m)-linux-gnu/libseccomp.so.2=libseccomp2"
)

# need_for_tests [PROGRAM=PACKAGE ...]: installs everything for build and tests at once, so that it is printed beforehand.
need_for_tests() {
    local programs=("${BUILD_PROGRAMS[@]}" "$(busybox_program)" "${TEST_PROGRAMS[@]}" "$@")
    # Only Debian and its descendants have this package; without it the comparison for arm64 skips.
    ! command -v apt-get > /dev/null || programs+=(/usr/aarch64-linux-gnu/include/asm/unistd.h=linux-libc-dev-arm64-cross)
    need "${programs[@]}"
}

build_tests() {
    local project
    need_sdk
    need_for_tests
    need_profiles
    for project in "${TEST_PROJECTS[@]}"; do
        step "building tests/$project" dotnet build "tests/$project" -c Release -warnaserror -v quiet -clp:ErrorsOnly < /dev/null >&2 ||
            die "$project does not build"
    done
    # A program of the tests that is made as the product is.
    step "building tests/Resident" dotnet publish tests/Resident -c Release -o out/resident -warnaserror -v quiet -clp:ErrorsOnly < /dev/null >&2 ||
        die "tests/Resident does not build"
}

# The seccomp tests use the engines' default profiles. In Debian these belong to packages that depend on whole engines, so only
# the one file is extracted. Without a network, or not on Debian, the tests that need them skip.
need_profiles() {
    profile podman golang-github-containers-common '*/containers/seccomp.json'
    profile docker golang-github-docker-docker-dev '*/profiles/seccomp/default.json'
}

# profile NAME PACKAGE PATTERN: extracts the file from the package, as out/profiles/NAME.json.
profile() {
    local scratch
    [[ ! -e out/profiles/$1.json ]] || return 0
    scratch=$(mktemp -d)
    if command -v apt-get > /dev/null && (cd "$scratch" && download_package "$2" && dpkg-deb --fsys-tarfile ./*.deb | tar -x --wildcards "$3"); then
        mkdir -p out/profiles
        find "$scratch" -type f -name '*.json' -exec cp -- {} "out/profiles/$1.json" \;
    else
        say "package $2 is not available: tests that use the profile of $1 will skip"
    fi
    rm -rf -- "$scratch"
}

download_package() {
    { apt-get -qq download "$1" || { apt-get -qq update && apt-get -qq download "$1"; }; } > /dev/null 2>&1 < /dev/null
}

# One project's test program, as built.
test_program() { printf 'tests/%s/bin/Release/net10.0/%s' "$1" "$1"; }

# run_tests [--host] [ARGUMENTS of the xunit runner, such as -class '*Mounts*']: runs both projects on this machine, then in the
# guest what needs it (not with --host), and prints the totals.
run_tests() {
    local project results limit guest=yes
    if [[ ${1-} = --host ]]; then
        guest=no
        shift
    fi
    need_sdk
    if [[ $guest = yes ]]; then need_for_tests "${QEMU_PROGRAMS[@]}"; else need_for_tests; fi
    build
    build_tests
    results=$(mktemp -d)
    begin_time
    for project in "${TEST_PROJECTS[@]}"; do
        list_tests "$(test_program "$project")" "$@" > "$results/$project.tests" || no_list "$results" "$project"
        limit=$(remaining "$TEST_LIMIT")
        run_part "$results" "$project" "$limit" timeout -k 10 "$limit" "$(test_program "$project")" "${RUNNER_OPTIONS[@]}" "$@"
    done
    [[ $guest = no ]] || guest_tests "$results" "$@"
    totals "$results"
    rm -rf -- "$results"
    [[ $TOTAL_PASSED -gt 0 && $TOTAL_FAILED -eq 0 ]]
}

# The checks that need no kernel. The analyzers run in the build, where warnings are errors.
check() {
    need_sdk
    if command -v shellcheck > /dev/null; then
        say "check: shell scripts"
        shellcheck -x build.sh build/*.sh .ci/run tests/Guest/*.sh tests/Conformance/*.sh tests/Integration/*/*.sh
    fi
    say "check: format"
    dotnet restore OciRuntime.sln -v quiet < /dev/null >&2
    dotnet format OciRuntime.sln --no-restore --verify-no-changes < /dev/null >&2 || die "run: dotnet format OciRuntime.sln"
    say "check: analyzers and layering"
    build_tests
    "$(test_program Conformance)" -noColor -noLogo -class '*.LayeringTests' -class '*.SourceHeadTests' < /dev/null
    say "check: compiles for arm64"
    compile_for_arm64
    say "check: reproducible"
    reproducible
}

# Runs the tests that can judge any runtime, on $RUNTIME or out/runcs. The failures must be exactly the known ones:
# tests/Conformance/differences/NAME lists them as "Class.Method  reason".
conformance() {
    local project name known failed unexpected ran=0
    [[ -n ${RUNTIME-} ]] || build
    build_tests
    name=$(basename -- "${RUNTIME:-runcs}")
    known=tests/Conformance/differences/$name
    failed=$(mktemp)
    for project in "${TEST_PROJECTS[@]}"; do
        say "$project on $name"
        "$(test_program "$project")" -noColor -noLogo -trait runtime=any "$@" < /dev/null 2>&1 | tee -a "$failed" || true
    done
    ran=$(sed -nE 's/.* Total: ([0-9]+), .*/\1/p' "$failed" | awk '{ n += $1 } END { print n + 0 }')
    unexpected=$(differences "$failed" "$known")
    rm -f -- "$failed"
    requirements
    printf '\n%d tests on %s\n' "$ran" "$name"
    [[ -z $unexpected ]] || printf '%s\n' "$unexpected"
    [[ -z $unexpected && $ran -gt 0 ]]
}

# The shim's tests of endurance, much longer than in a usual run: random input for so many minutes, then 10,000 rounds of operations.
soak() {
    local minutes=${1-10} class status=0
    build_tests
    for class in ShimFuzzTests ShimEnduranceTests; do
        SHIM_FUZZ=$((minutes * 60)) SHIM_ROUNDS=10000 "$(test_program Integration)" -noColor -noLogo -class "*.$class" < /dev/null || status=1
    done
    return "$status"
}

# Prints how many of the specification's requirements (oci-spec/requirements) tests cover.
requirements() {
    local program
    program=$(test_program Conformance)
    "$program" -noColor -noLogo -class '*.RequirementTests' < /dev/null || true
    printf '\nRequirements of the specification (oci-spec/requirements):\n'
    cat -- "$(dirname -- "$program")/requirements.txt"
}

# differences LOG KNOWN: prints the failures that are not known, and the known ones that did not fail.
differences() {
    local failing expected
    failing=$(sed -nE 's/^ *Runcs\.[A-Za-z]+\.([A-Za-z0-9_.]+).* \[FAIL\]$/\1/p' "$1" | sort -u)
    expected=$([[ ! -e $2 ]] || sed -nE 's/^([A-Za-z0-9_.]+) +[^ ].*/\1/p' "$2" | sort -u)
    comm -23 <(printf '%s\n' "$failing") <(printf '%s\n' "$expected") | sed 's/^..*/differs without a known reason: &/; /^$/d'
    comm -13 <(printf '%s\n' "$failing") <(printf '%s\n' "$expected") | sed 's/^..*/no longer differs, remove it from the list: &/; /^$/d'
}
