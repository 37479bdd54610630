#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# In the guest: the tests that .guest/PROJECT lists the runner's arguments of, one a line; what came of them goes to the results.
cd /runcs || exit 1
failed=0
for arguments in .guest/*.arguments; do
    project=$(basename "$arguments" .arguments)
    mapfile -t list < "$arguments"
    "tests/$project/bin/Release/net10.0/$project" -noColor -noLogo -xml "/run/results/$project.xml" "${list[@]}" || failed=1
done
exit $failed
