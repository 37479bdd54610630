# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Runs the parts of a test run (a project on this machine, a boot of the guest) and adds up their results. Results are read from
# the runner's output as it appears and compared with the list of tests, so a part that is killed has results too.
# RESULTS is a directory; for each PART it has PART.tests (the names of its tests) and PART.log.

# Limit in seconds for all tests together, which keeps .ci/run below 90 minutes.
readonly TESTS_LIMIT=${TESTS_LIMIT:-4500}

begin_time() { TESTS_END=$((SECONDS + TESTS_LIMIT)); }

# remaining LIMIT: the limit, or less if all tests together may not take that long any more.
remaining() {
    local left=$((TESTS_END - SECONDS))
    [[ $left -gt 0 ]] || left=0
    printf '%d' $((left < $1 ? left : $1))
}

# list_tests PROGRAM [ARGUMENTS]: the names of the tests that the arguments select, one for each row of a theory.
list_tests() {
    local list
    list=$("$@" -noColor -preEnumerateTheories -list tests < /dev/null) || return 1
    sed -n '/^Runcs\./p' <<< "$list"
}

no_list() {
    printf 'no list of tests: %s\n' "$2" >> "$1/problems"
}

# run_part RESULTS PART LIMIT COMMAND...: runs a part that has tests, and shows its output and every ten seconds its progress. The
# command keeps the limit itself (timeout(1): exit code 124).
run_part() {
    local results=$1 part=$2 limit=$3 log=$1/$2.log count ticker follower code=0
    shift 3
    count=$(wc -l < "$results/$part.tests")
    [[ $count -gt 0 ]] || return 0
    printf '%s %d\n' "$part" "$limit" >> "$results/parts"
    : > "$log"
    say "$part: $count tests, within $limit s"
    [[ $limit -gt 0 ]] || return 0
    (while sleep 10; do printf '@@tick@@\n' >> "$log"; done) < /dev/null > /dev/null 2>&1 &
    ticker=$!
    follow "$log" "$part" "$count" &
    follower=$!
    "$@" < /dev/null >> "$log" 2>&1 || code=$?
    kill "$ticker"
    printf '\n@@end@@\n' >> "$log"
    wait "$follower"
    printf '%d\n' "$code" > "$results/$part.code"
}

# follow LOG PART COUNT: prints the log without the lines for each test, and the progress to standard error.
follow() {
    local line tail class='' finished=0 failed=0 seconds=0
    exec 3< <(exec tail -n +1 -s 0.2 -f -- "$1" 2> /dev/null)
    tail=$!
    while IFS= read -r line; do
        line=${line%$'\r'}
        case $line in
            @@tick@@)
                seconds=$((seconds + 10))
                say "$2: $finished of $3 done, $failed failed, $seconds s, in $class"
                ;;
            @@end@@) break ;;
            '    Runcs.'*' [STARTING]')
                class=${line#    }
                class=${class%%(*}
                class=${class% \[STARTING\]}
                class=${class%.*}
                class=${class##*.}
                ;;
            '    Runcs.'*' [FINISHED] Time: '*) finished=$((finished + 1)) ;;
            *)
                [[ $line != '    Runcs.'*' [FAIL]' ]] || failed=$((failed + 1))
                printf '%s\n' "$line"
                ;;
        esac
    done <&3
    kill "$tail"
}

# outcomes TESTS LOG: a line for each test: Pass, Fail, Skip, NotRun or Cut (it had begun), and its name.
outcomes() {
    awk '
        FILENAME == ARGV[1] { expected[$0]++; next }
        { sub(/\r$/, "") }
        !/^    Runcs\./ { next }
        { name = substr($0, 5) }
        sub(/ \[STARTING\]$/, "", name) { begun[name]++ }
        sub(/ \[FINISHED\] Time: [0-9.,]+m?s$/, "", name) { ended[name]++ }
        sub(/ \[FAIL\]$/, "", name) { print "Fail " name; told[name]++ }
        sub(/ \[SKIP\]$/, "", name) { print "Skip " name; told[name]++ }
        END {
            for (name in ended) for (i = told[name]; i < ended[name]; i++) print "Pass " name
            for (name in begun) for (i = ended[name]; i < begun[name]; i++) print "Cut " name
            for (name in expected) for (i = begun[name] > told[name] ? begun[name] : told[name]; i < expected[name]; i++) print "NotRun " name
        }' "$1" "$2"
}

# failures RESULTS: prints each failed test again, with its message, where a reader looks first and where a log that is cut to its
# end still has it. At most 60 lines for each.
failures() {
    local part limit
    while read -r part limit; do
        awk -v part="$part" '
            { sub(/\r$/, "") }
            /^    Runcs\..* \[FAIL\]$/ { printf "\nfailed, %s: %s\n", part, substr($0, 5, length($0) - 11); lines = 60; next }
            !/^      / { lines = 0 }
            lines > 0 { print; lines-- }' "$1/$part.log"
    done < "$1/parts"
}

# totals RESULTS: prints the failures, what was skipped on every machine, what did not end or run, and "N passed, N failed, N
# skipped". A test that ran on several machines counts once: as failed if it failed or did not run on one, as skipped if it was
# skipped on all. A runner that failed without a failed test is a failure.
totals() {
    local results=$1 part limit not_run errors problems
    touch -- "$results/parts" "$results/problems"
    while read -r part limit; do
        outcomes "$results/$part.tests" "$results/$part.log" | sort > "$results/$part.outcomes"
        judge "$results" "$part" "$limit" >> "$results/problems"
    done < "$results/parts"
    while read -r part limit; do
        awk '{ result = $1; $1 = ""; print result $0 "#" ++seen[$0] }' "$results/$part.outcomes"
    done < "$results/parts" | awk '
        function weight(result) { return result == "Fail" ? 4 : result == "Cut" || result == "NotRun" ? 3 : result == "Pass" ? 2 : 1 }
        { result = $1; sub(/^[^ ]* /, ""); if (weight(result) > worst[$0]) worst[$0] = weight(result) }
        END {
            for (test in worst) {
                count[worst[test]]++
                if (worst[test] == 1) { name = test; sub(/#[0-9]*$/, "", name); print "skipped everywhere: " name }
            }
            printf "%d %d %d %d\n", count[2], count[4], count[3], count[1]
        }' > "$results/totals"
    failures "$results"
    sed '$d' "$results/totals" | sort
    cat -- "$results/problems"
    read -r TOTAL_PASSED TOTAL_FAILED not_run TOTAL_SKIPPED <<< "$(tail -n 1 "$results/totals")"
    [[ $not_run -eq 0 ]] || printf 'did not run, counted as failed: %d tests\n' "$not_run"
    errors=$(cat -- "$results"/*.log /dev/null | sed -nE 's/.* Total: [0-9]+, Errors: ([0-9]+),.*/\1/p' | awk '{ n += $1 } END { print n + 0 }')
    problems=$(grep -c '^\(no list\|failed without\)' "$results/problems" || true)
    TOTAL_FAILED=$((TOTAL_FAILED + not_run + errors + problems))
    printf '\n%d passed, %d failed, %d skipped\n' "$TOTAL_PASSED" "$TOTAL_FAILED" "$TOTAL_SKIPPED"
}

# judge RESULTS PART LIMIT: names a part that did not end or did not run all its tests, and the tests that it was in.
judge() {
    local results=$1 part=$2 limit=$3 code missing how
    missing=$(grep -c '^\(Cut\|NotRun\) ' "$results/$part.outcomes" || true)
    if [[ ! -e $results/$part.code ]]; then
        printf 'not begun, no time was left: %s (%d tests)\n' "$part" "$missing"
        return
    fi
    code=$(cat -- "$results/$part.code")
    how="ended early, with exit code $code"
    [[ $code -ne 124 && $code -ne 137 ]] || how="did not end within $limit s"
    if [[ $missing -gt 0 ]]; then
        printf '%s: %s (%d of %d tests did not run)\n' "$how" "$part" "$missing" "$(wc -l < "$results/$part.tests")"
        sed -n 's/^Cut /  was running: /p' "$results/$part.outcomes"
    elif [[ $code -ne 0 ]] && ! grep -q '^Fail ' "$results/$part.outcomes"; then
        printf 'failed without a failed test: %s (exit code %d)\n' "$part" "$code"
    fi
}
