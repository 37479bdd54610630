// SPDX-License-Identifier: Apache-2.0
// What the parts of the floor share (floor.c).
#pragma once

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "../../src/Native/call.h"

// Returns the result, or prints the step with the errno, removes the cgroups and ends the process.
long must(const char *step, long result);

// Copies the text to at, before end, and returns where its null is.
char *append(char *at, const char *end, const char *text);

// Creates the container's cgroups and sets its devices. Returns the directory on v2, for CLONE_INTO_CGROUP, or -1.
long make_cgroups(const char *id);
// The calling process joins those of v1.
void join_cgroups(void);
// Mounts them read-only on sys/fs/cgroup of the working directory.
void mount_cgroups(void);
// Returns 0 or a negative errno; those that a process is in remain.
long remove_cgroups(void);

// Makes the directory the root, with the mounts and devices of the config.
void enter_root(const char *directory);
