# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Running the tests, and the checks that need no kernel.

readonly TEST_PROJECTS=(Conformance Integration)

build_tests() {
    local project
    need /bin/busybox=busybox-static strace=strace
    for project in "${TEST_PROJECTS[@]}"; do
        dotnet build "tests/$project" -c Release -warnaserror -v quiet < /dev/null >&2
    done
}

# run_tests [ARGUMENTS of the xunit runner, such as -class '*Mounts*']: runs both projects, adds up, ends with the sums.
run_tests() {
    build_tests
    local project failed_runs=0 log passed=0 failed=0 skipped=0 total errors f s
    log=$(mktemp)
    for project in "${TEST_PROJECTS[@]}"; do
        "tests/$project/bin/Release/net10.0/$project" -noColor -noLogo "$@" < /dev/null 2>&1 | tee "$log" || failed_runs=$((failed_runs + 1))
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
    sed -E 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/' <<< "$line"
}
