#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs the validation programs of a built checkout of opencontainers/runtime-tools on a runtime and evaluates their output.
# tests/Conformance/README.md says how to build such a checkout; runtime-tools.md has our results.
set -euo pipefail

if [[ $# -lt 2 ]]; then
    echo "usage: runtime-tools.sh CHECKOUT RUNTIME [PROGRAM...]" >&2
    exit 2
fi

runtime=$(command -v -- "$2") || { echo "no runtime $2" >&2; exit 2; }
runtime=$(realpath -s -- "$runtime")
cd -- "$1"
shift 2
[[ -x runtimetest ]] || { echo "$PWD is not built: no runtimetest in it" >&2; exit 2; }

output=${OUTPUT:-$(mktemp -d)}
mkdir -p -- "$output"

# verdict FILE STATUS: prints pass, fail, skip or hangs, how many points passed, and the first failure.
# A program that finds a fault may still end with the plan "1..0" and status 0 and report the fault only in a YAML block. A
# program without points, or whose container failed as expected, ends the same way without such a block: that is a pass.
verdict() {
    awk -v status="$2" '
        /^[ \t]*not ok / && !/# (TODO|SKIP|skip)/ { failed++; if (!why) why = $0; next }
        /^ok .*# (SKIP|skip)/ { skipped++; if (!skip) skip = $0; next }
        /^ok / { passed++; next }
        /^ *"error": "./ { if (!error) error = $0 }
        /level=error|^[a-z].*: / { if (!said) said = $0 }
        END {
            if (status == 124 || status == 137) { result = "hangs"; why = said }
            else if (failed) result = "fail"
            else if (status != 0) { result = "fail"; why = said ? said : "ends with status " status }
            else if (!passed && error) { result = "fail"; why = error }
            else if (!passed && skipped) { result = "skip"; why = skip }
            else result = "pass"
            printf "%s\t%d/%d\t%s\n", result, passed, passed + failed, why
        }' "$1"
}

pass=0 rest=0
for program in validation/*/*.t; do
    name=$(basename -- "$program" .t)
    [[ $# -eq 0 || " $* " == *" $name "* ]] || continue
    status=0
    RUNTIME=$runtime timeout -k 5 120 "$program" < /dev/null > "$output/$name.tap" 2>&1 || status=$?
    IFS=$'\t' read -r result count why < <(verdict "$output/$name.tap" "$status")
    printf '%-36s %-8s %-8s %s\n' "$name" "$result" "$count" "$why"
    if [[ $result == pass ]]; then pass=$((pass + 1)); else rest=$((rest + 1)); fi
done
printf '\n%d pass, %d do not; their output is in %s\n' "$pass" "$rest" "$output"
