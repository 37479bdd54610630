// SPDX-License-Identifier: Apache-2.0
// Limits of the caller (setrlimit(2)) under which neither libc nor the .NET runtime library starts: the former then ends with
// SIGSEGV, the latter with exit code 255, both without a message. The first check is the executable's entry (Publish.props),
// before the first instruction of libc, whose functions cannot be called yet. The second follows the runtime library.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "../../Native/call.h"

#define TEXT(literal) { (void *)(literal), sizeof(literal) - 1 }

// What a command was seen to need, and some more: the stack of a JSON document 1,000 levels deep; the collector's range of
// addresses (decision 0002) and the executable; the data of libc and the runtime library.
static const struct least {
    int resource;
    rlim_t value;
    struct iovec words;
} leasts[] = {
    { RLIMIT_STACK, 64 << 10, TEXT("RLIMIT_STACK is too small, must be at least 65536") },
    { RLIMIT_AS, 544 << 20, TEXT("RLIMIT_AS is too small, must be at least 570425344") },
    { RLIMIT_DATA, 8 << 20, TEXT("RLIMIT_DATA is too small, must be at least 8388608") },
};

static bool runs;

// The value of a flag, in the argument or in the next one; null if the argument is something else.
static const char *value(char **argument, const char *name)
{
    const char *text = *argument;
    if (*text++ != '-')
        return NULL;
    if (*text == '-')
        text++;
    while (*name && *text == *name)
        text++, name++;
    if (*name)
        return NULL;
    return *text == '=' ? text + 1 : *text ? NULL : argument[1];
}

// A line on standard error, and one in the file of --log, whose flags come before the command.
__attribute__((noreturn, noinline)) static void refuse(char **argument, struct iovec words)
{
    struct iovec line[] = { TEXT("runcs: cannot start: "), words, TEXT("\n") };
    const char *log = NULL, *json = "", *found;
    while (*argument && *++argument && **argument == '-') {
        if ((found = value(argument, "log")))
            log = found;
        else if ((found = value(argument, "log-format")))
            json = found;
        else
            found = value(argument, "root");
        if (found && found == argument[1])
            argument++;
    }
    call(SYS_writev, 2, (long)line, 3, 0);
    long file = log ? call(SYS_openat, AT_FDCWD, (long)log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
    struct iovec text[] = { TEXT("level=error msg=\"cannot start: "), words, TEXT("\"\n") };
    struct iovec object[] = { TEXT("{\"level\":\"error\",\"msg\":\"cannot start: "), words, TEXT("\"}\n") };
    call(SYS_writev, file, (long)(*json == 'j' ? object : text), 3, 0);
    call(SYS_exit_group, 1, 0, 0, 0);
    __builtin_trap();
}

// At the process's start the stack has argc, then argv (the ABI's "Process Initialization").
__attribute__((used)) void boot_check_limits(long *arguments)
{
    for (size_t i = 0; i < sizeof leasts / sizeof *leasts; i++) {
        struct rlimit limit;
        if (call(SYS_prlimit64, 0, leasts[i].resource, 0, (long)&limit) == 0 && limit.rlim_cur < leasts[i].value)
            refuse((char **)(arguments + 1), leasts[i].words);
    }
}

// The executable's entry.
#if defined(__x86_64__)
__asm__(".text\n.globl boot_entry\nboot_entry:\n"
        "\tmov %rdx, %r13\n\tmov %rsp, %rdi\n\tcall boot_check_limits\n\tcall boot_populate\n\tmov %r13, %rdx\n\tjmp _start\n");
#elif defined(__aarch64__)
__asm__(".text\n.globl boot_entry\nboot_entry:\n\tmov x20, x0\n\tmov x0, sp\n\tbl boot_check_limits\n\tbl boot_populate\n\tmov x0, x20\n\tb _start\n");
#endif

int __real_main(int count, char **arguments);
int __wrap_main(int count, char **arguments)
{
    const struct iovec words = TEXT("the .NET runtime library gets no memory");
    int code = __real_main(count, arguments);
    if (!runs)
        refuse(arguments, words);
    return code;
}

// The program itself, which the runtime library's main calls once it has started.
int __real___managed__Main(int count, char **arguments);
int __wrap___managed__Main(int count, char **arguments)
{
    runs = true;
    return __real___managed__Main(count, arguments);
}
