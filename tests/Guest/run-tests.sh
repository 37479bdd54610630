#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Run in the guest: runs the tests selected by .guest/PROJECT.arguments (the runner's arguments, one per line). The results
# are read from the output (build/test-results.sh). With .guest/accept the tests accept their snapshots, which are among the results.
cd /runcs || exit 1
[ ! -e .guest/accept ] || export SNAPSHOT=accept
failed=0
for arguments in .guest/*.arguments; do
    project=$(basename "$arguments" .arguments)
    mapfile -t list < "$arguments"
    "tests/$project/bin/Release/net10.0/$project" -noColor -noLogo -noAutoReporters -reporter verbose "${list[@]}" || failed=1
done
if [ -e .guest/accept ]; then
    mkdir -p /run/results/tree
    find tests \( -name '*.verified.txt' -o -name figures.txt \) -newer .guest/accept -exec cp --parents {} /run/results/tree \;
fi
exit $failed
