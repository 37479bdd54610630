// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "call.h"

// clone(2), whose second argument is the top of the child's stack, or clone3(2). Without a stack of its own the child uses the
// caller's, below the caller's frame: then the parent must be suspended meanwhile (CLONE_VM | CLONE_VFORK).
// The child calls function(argument), which does not return. Returns the pid or the negative errno.
__attribute__((visibility("hidden"))) long native_clone(long number, long first, long second, long third, void (*function)(long), long argument);
