# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Running the tests, and the checks that need no kernel.

readonly TEST_PROJECTS=(Conformance Integration)

build_tests() {
    local project
    need_busybox
    need strace=strace unshare=util-linux umount=mount
    for project in "${TEST_PROJECTS[@]}"; do
        dotnet build "tests/$project" -c Release -warnaserror -v quiet -clp:ErrorsOnly < /dev/null >&2 || die "$project does not build"
    done
}

# One project's test program, as built.
test_program() { printf 'tests/%s/bin/Release/net10.0/%s' "$1" "$1"; }

# run_tests [ARGUMENTS of the xunit runner, such as -class '*Mounts*']: runs both projects, adds up, ends with the sums.
run_tests() {
    build_tests
    local project failed_runs=0 log passed=0 failed=0 skipped=0 total errors f s
    log=$(mktemp)
    for project in "${TEST_PROJECTS[@]}"; do
        # A test that hangs must not hang whoever waits for the sums.
        timeout -k 10 1200 "$(test_program "$project")" -noColor -noLogo "$@" < /dev/null 2>&1 | tee "$log" || failed_runs=$((failed_runs + 1))
        read -r total errors f s <<< "$(summary "$project" < "$log")"
        failed=$((failed + f + errors))
        skipped=$((skipped + s))
        passed=$((passed + total - f - s))
    done
    rm -f -- "$log"
    printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [[ $failed_runs -eq 0 && $failed -eq 0 && $passed -gt 0 ]]
}

# summary PROJECT: "total errors failed skipped" of the runner's closing line; one error when there is none.
summary() {
    local line
    line=$(grep -E "^ *$1 +Total: " | tail -n 1) || { echo 0 1 0 0 && return; }
    [[ $line != *"Total: 0" ]] || { echo 0 0 0 0 && return; }
    sed -E 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/' <<< "$line"
}

# What needs no kernel: the analyzers are warnings of the build, and warnings are errors.
check() {
    need_sdk
    if command -v shellcheck > /dev/null; then
        say "check: shell scripts"
        shellcheck -x build.sh build/*.sh .ci/run
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

# The tests that any runtime can be judged by, on $RUNTIME or out/runcs. The failures must be exactly the known ones:
# tests/Conformance/differences/NAME holds "Class.Method  reason" for each.
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
    printf '\n%d tests on %s\n' "$ran" "$name"
    [[ -z $unexpected ]] || printf '%s\n' "$unexpected"
    [[ -z $unexpected && $ran -gt 0 ]]
}

# differences LOG KNOWN: the failures that are not known, and the known ones that did not fail.
differences() {
    local failing expected
    failing=$(sed -nE 's/^ *Runcs\.[A-Za-z]+\.([A-Za-z0-9_.]+).* \[FAIL\]$/\1/p' "$1" | sort -u)
    expected=$([[ ! -e $2 ]] || sed -nE 's/^([A-Za-z0-9_.]+) +[^ ].*/\1/p' "$2" | sort -u)
    comm -23 <(printf '%s\n' "$failing") <(printf '%s\n' "$expected") | sed 's/^..*/differs, with no reason known: &/; /^$/d'
    comm -13 <(printf '%s\n' "$failing") <(printf '%s\n' "$expected") | sed 's/^..*/no longer differs, take it out of the list: &/; /^$/d'
}
