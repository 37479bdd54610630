# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Runs the tests, and the checks that need no kernel.

readonly TEST_PROJECTS=(Conformance Integration)

build_tests() {
    local project
    need_toolchain
    need_busybox
    need strace=strace unshare=util-linux umount=mount runc=runc containerd=containerd dockerd=docker.io docker-init=tini tar=tar
    need podman=podman conmon=conmon catatonit=catatonit /usr/lib/cni/ptp=containernetworking-plugins
    need zsh=zsh fish=fish man=man-db mandoc=mandoc
    need_profiles
    for project in "${TEST_PROJECTS[@]}"; do
        dotnet build "tests/$project" -c Release -warnaserror -v quiet -clp:ErrorsOnly < /dev/null >&2 || die "$project does not build"
    done
}

# The seccomp tests compare with libseccomp and use the engines' default profiles. In Debian these belong to packages that depend
# on whole engines, so only the one file is extracted. Without a network, or not on Debian, the tests that need them skip.
need_profiles() {
    need "/usr/lib/$(uname -m)-linux-gnu/libseccomp.so.2=libseccomp2"
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
    local project results guest=yes
    if [[ ${1-} = --host ]]; then
        guest=no
        shift
    fi
    build_tests
    results=$(mktemp -d)
    for project in "${TEST_PROJECTS[@]}"; do
        printf '%s\n' "$project.host" >> "$results/expected"
        # A test that hangs must not hang the caller.
        timeout -k 10 1200 "$(test_program "$project")" -noColor -noLogo -result-xml "$results/$project.host.xml" "$@" < /dev/null 2>&1 ||
            printf '%s %d\n' "$project" $? >> "$results/failed"
    done
    [[ $guest = no ]] || guest_tests "$results" "$@"
    sums "$results"
    rm -rf -- "$results"
    [[ $SUMS_PASSED -gt 0 && $SUMS_FAILED -eq 0 ]]
}

# sums RESULTS: prints what was skipped wherever it ran, and "N passed, N failed, N skipped". A test that ran on several
# machines counts once: as failed if it failed on one, as skipped if it was skipped on all. Results that are not there, and a
# runner that failed with no test to show for it, are a failure.
sums() {
    local results=$1 expected errors missing=0
    while read -r expected; do
        [[ -e $results/$expected.xml ]] && continue
        say "no results: $expected"
        missing=$((missing + 1))
    done < "$results/expected"
    errors=$(cat -- "$results"/*.xml /dev/null | grep -o '<assembly [^>]*>' | sed 's/.* errors="\([0-9]*\)".*/\1/' | awk '{ n += $1 } END { print n + 0 }')
    for expected in "$results"/*.xml; do
        { grep -o '<test [^>]*>' "$expected" || true; } | sed 's/.* name="\([^"]*\)".* result="\([A-Za-z]*\)".*/\2 \1/' |
            awk '{ result = $1; $1 = ""; print result $0 "#" ++seen[$0] }'
    done | awk '
        function weight(result) { return result == "Fail" ? 3 : result == "Pass" ? 2 : result == "Skip" ? 1 : 0 }
        { result = $1; sub(/^[^ ]* /, ""); if (weight(result) > worst[$0]) worst[$0] = weight(result) }
        END {
            for (test in worst) {
                count[worst[test]]++
                if (worst[test] == 1) { name = test; sub(/#[0-9]*$/, "", name); print "skipped everywhere: " name }
            }
            printf "%d %d %d\n", count[2], count[3], count[1]
        }' > "$results/sums"
    sed '$d' "$results/sums" | sort
    read -r SUMS_PASSED SUMS_FAILED SUMS_SKIPPED <<< "$(tail -n 1 "$results/sums")"
    SUMS_FAILED=$((SUMS_FAILED + errors + missing))
    if [[ -e $results/failed && $SUMS_FAILED -eq 0 ]]; then
        say "failed without a failed test: $(tr '\n' ' ' < "$results/failed")"
        SUMS_FAILED=1
    fi
    printf '\n%d passed, %d failed, %d skipped\n' "$SUMS_PASSED" "$SUMS_FAILED" "$SUMS_SKIPPED"
}

# The checks that need no kernel. The analyzers run in the build, where warnings are errors.
check() {
    need_sdk
    if command -v shellcheck > /dev/null; then
        say "check: shell scripts"
        shellcheck -x build.sh build/*.sh .ci/run tests/Guest/*.sh tests/Conformance/*.sh tests/Integration/DropIn/*.sh
    fi
    say "check: format"
    dotnet restore OciRuntime.sln -v quiet < /dev/null >&2
    dotnet format OciRuntime.sln --no-restore --verify-no-changes < /dev/null >&2 || die "run: dotnet format OciRuntime.sln"
    say "check: analyzers and layering"
    build_tests
    "$(test_program Conformance)" -noColor -noLogo -class '*.LayeringTests' -class '*.SourceHeadTests' < /dev/null
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
