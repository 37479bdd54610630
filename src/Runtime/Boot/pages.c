// SPDX-License-Identifier: Apache-2.0
// Memory that each start writes to: the collector's and libc's variables, which sections.ld puts together at the end of the data and the
// beginning of .bss. One call makes the pages, instead of a page fault each (decision 31). Linux before 5.14 refuses it, and the pages
// come one by one.
#define _GNU_SOURCE
#include <sys/syscall.h>

#include "../../Native/call.h"

enum { PAGE = 4096, INITIALIZED = 2 * PAGE, POPULATE_WRITE = 23 }; // MADV_POPULATE_WRITE, which older headers lack

extern char _edata[], boot_written[] __attribute__((visibility("hidden")));

// After boot_check_limits, before the first instruction of libc.
__attribute__((used)) void boot_populate(void)
{
    unsigned long from = ((unsigned long)_edata & -PAGE) - INITIALIZED, to = ((unsigned long)boot_written + PAGE - 1) & -PAGE;
    call(SYS_madvise, (long)from, (long)(to - from), POPULATE_WRITE, 0);
}
