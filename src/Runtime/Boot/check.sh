#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check.sh MAP NAME...: fails for each NAME whose replacement __wrap_NAME (boot.c) the linker has left out of the executable.
#
# ld --wrap=NAME is silent when nothing refers to NAME, because it was renamed, dropped, or is only called in the object that
# defines it. Then nothing refers to __wrap_NAME either, and --gc-sections removes it: the linker's map does not list it.
set -eu

map=$1
shift
code=0
for name; do
    if ! grep -q -- " __wrap_$name\$" "$map"; then
        echo "Boot/boot.c : error : nothing calls $name in this version of the runtime library, so its replacement has no effect (docs/decisions/0017)" >&2
        code=1
    fi
done
exit "$code"
