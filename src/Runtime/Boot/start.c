// SPDX-License-Identifier: Apache-2.0
// The start of the GNU C library without its questions to the processor. The library of Debian 12 executes 43 CPUID instructions to
// choose string functions and to size caches; in a virtual machine each is an exit to the hypervisor of 1.5 to 3.5 us. Here it chooses
// what any x86-64 processor has, as it does itself for a processor that it does not know. Decision 34 compares the steps.
//
// The steps are those of __libc_start_main in version 2.36 (csu/libc-start.c, the variant of a static program). Their functions are
// internal, so another version or architecture keeps its own start; a step that is missing fails the link.
#define _GNU_SOURCE
#include <elf.h>
#include <stdint.h>
#include <stdlib.h>

typedef int main_function(int, char **, char **);

// The directory of the executable, for $ORIGIN in the paths of shared libraries: "not known". The original asks /proc/self/exe.
const char *__wrap__dl_get_origin(void)
{
    return (const char *)-1;
}

#if defined(__x86_64__) && __GLIBC__ == 2 && __GLIBC_MINOR__ == 36
typedef void initializer(int, char **, char **);

extern char **__environ;
extern void *__libc_stack_end;
extern const uintptr_t *_dl_random;
extern const void *_dl_sysinfo_dso;
extern long __x86_shared_cache_size, __x86_shared_non_temporal_threshold, __x86_rep_movsb_stop_threshold;
extern const Elf64_Rela __rela_iplt_start[], __rela_iplt_end[];
extern initializer *const __preinit_array_start[], *const __preinit_array_end[], *const __init_array_start[], *const __init_array_end[];
extern void (*const __fini_array_start[])(void), (*const __fini_array_end[])(void);

void _dl_aux_init(Elf64_auxv_t *), __libc_setup_tls(void), __libc_early_init(_Bool), __libc_init_first(int, char **, char **);
void _init(void), _fini(void);

static void finish(void)
{
    for (void (*const *function)(void) = __fini_array_end; function > __fini_array_start;)
        (*--function)();
    _fini();
}

static void initialize(initializer *const *from, initializer *const *to, int count, char **arguments)
{
    while (from < to)
        (*from++)(count, arguments, __environ);
}

__attribute__((noreturn)) void __wrap___libc_start_main(main_function *main, int count, char **arguments, void *init, void *fini, void *loader, void *stack)
{
    (void)init, (void)fini, (void)loader; // Of dynamic and of older programs: null here.
    __environ = arguments + count + 1;
    __libc_stack_end = stack;
    char **end = __environ;
    while (*end++)
        ;
    _dl_aux_init((Elf64_auxv_t *)end);
    // As on a kernel without the vDSO: to find its functions takes longer than the few calls of clock_gettime(2) that a command makes.
    _dl_sysinfo_dso = NULL;

    // What copies memory compares with these; the other sizes have values from the start.
    __x86_shared_non_temporal_threshold = __x86_rep_movsb_stop_threshold = __x86_shared_cache_size * 3 / 4;
    for (const Elf64_Rela *choice = __rela_iplt_start; choice < __rela_iplt_end; choice++)
        *(uintptr_t *)choice->r_offset = ((uintptr_t(*)(void))choice->r_addend)();

    __libc_setup_tls();
    // The stack's canary and the mangling of pointers: header.stack_guard and header.pointer_guard of the thread's block.
    uintptr_t canary = _dl_random[0] & ~(uintptr_t)0xff, mangling = _dl_random[1];
    __asm__ volatile("mov %0, %%fs:0x28\n\tmov %1, %%fs:0x30" : : "r"(canary), "r"(mangling) : "memory");

    __libc_early_init(1);
    __libc_init_first(count, arguments, __environ);
    atexit(finish);
    initialize(__preinit_array_start, __preinit_array_end, count, arguments);
    _init();
    initialize(__init_array_start, __init_array_end, count, arguments);
    exit(main(count, arguments, __environ));
}
#else
int __real___libc_start_main(main_function *, int, char **, void *, void *, void *, void *);
int __wrap___libc_start_main(main_function *main, int count, char **arguments, void *init, void *fini, void *loader, void *stack)
{
    return __real___libc_start_main(main, count, arguments, init, fini, loader, stack);
}
#endif
