#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# compile.sh OUTPUT: the floor, static and without libc.
set -eu
here=$(dirname "$0")
exec clang -O2 -std=c11 -ffreestanding -fno-pic -fno-stack-protector -nostdlib -static -fuse-ld=lld -Wall -Wextra -Werror -o "$1" \
	"$here"/*.c "$here/../../src/Native/clone.c"
