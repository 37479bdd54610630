#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Run in the guest: runs the tests selected by .guest/PROJECT.arguments (the runner's arguments, one per line). The results
# are read from the output (build/test-results.sh).
cd /runcs || exit 1
failed=0
for arguments in .guest/*.arguments; do
    project=$(basename "$arguments" .arguments)
    mapfile -t list < "$arguments"
    "tests/$project/bin/Release/net10.0/$project" -noColor -noLogo -noAutoReporters -reporter verbose "${list[@]}" || failed=1
done
exit $failed
