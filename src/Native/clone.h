// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "call.h"

// A system call by which a child starts on a stack of its own: clone(2), whose second argument is the stack's top, or clone3(2).
// The child calls function(argument), which does not return. Returns the pid or the negative errno.
__attribute__((visibility("hidden"))) long native_clone(long number, long first, long second, long third, void (*function)(long), long argument);
