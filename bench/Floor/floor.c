// SPDX-License-Identifier: Apache-2.0
//
// The floor of the bench: what a command would take if a runtime were nothing but its system calls.
//   floor run ROOTFS   creates a container as the bench's config has it (default-config.json), executes /bin/true in it, waits, and
//                      removes it: by few system calls, without a config, a state directory or checks.
//   floor COMMAND      exits at once: what it takes to execute a program and wait for it.
// It has no libc, as its start would count too.

#include "floor.h"
#include "../../src/Native/clone.h"

#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <net/if.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum { STACK = 16384 };
static char stack[STACK] __attribute__((aligned(16)));

__attribute__((noreturn)) static void end(int code)
{
    for (;;)
        call(SYS_exit_group, code, 0, 0, 0);
}

char *append(char *at, const char *end, const char *text)
{
    while (*text != 0 && at < end - 1)
        *at++ = *text++;
    *at = 0;
    return at;
}

static char *append_number(char *at, const char *end, long number)
{
    char digits[20], *first = digits + sizeof digits - 1;
    *first = 0;
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return append(at, end, first);
}

long must(const char *step, long result)
{
    if (result >= 0)
        return result;
    char message[128], *last = message + sizeof message, *at = append(message, last, step);
    at = append_number(append(at, last, ": errno "), last, -result);
    at = append(at, last, "\n");
    call(SYS_write, 2, (long)message, at - message, 0);
    remove_cgroups();
    end(1);
}

// netdevice(7)
static void loopback_up(void)
{
    struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK };
    long fd = must("socket", call(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0));
    must("SIOCSIFFLAGS", call(SYS_ioctl, fd, SIOCSIFFLAGS, (long)&lo, 0));
    call(SYS_close, fd, 0, 0, 0);
}

// process.rlimits, capabilities and noNewPrivileges of the config.
static void drop_privileges(void)
{
    static const unsigned kept = 1U << CAP_AUDIT_WRITE | 1U << CAP_KILL | 1U << CAP_NET_BIND_SERVICE;
    struct rlimit files = { 1024, 1024 };
    must("prlimit", call(SYS_prlimit64, 0, RLIMIT_NOFILE, (long)&files, 0));
    must("setgroups", call(SYS_setgroups, 0, 0, 0, 0));
    for (int capability = 0; capability <= CAP_LAST_CAP; capability++)
        // EINVAL: of a newer kernel than this.
        if (capability >= 32 || (kept >> capability & 1) == 0)
            call(SYS_prctl, PR_CAPBSET_DROP, capability, 0, 0);
    must("PR_SET_NO_NEW_PRIVS", call5(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2] = { { kept, kept, 0 }, { 0, 0, 0 } };
    must("capset", call(SYS_capset, (long)&header, (long)data, 0, 0));
}

static void container(long rootfs)
{
    static const char *const arguments[] = { "/bin/true", 0 };
    static const char *const environment[] = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm", 0 };
    join_cgroups();
    enter_root((const char *)rootfs);
    loopback_up();
    must("sethostname", call(SYS_sethostname, (long)"runc", 4, 0, 0));
    must("setsid", call(SYS_setsid, 0, 0, 0, 0));
    must("keyctl", call(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, (long)"_ses.floor", 0, 0));
    drop_privileges();
    must("execve /bin/true", call(SYS_execve, (long)arguments[0], (long)arguments, (long)environment, 0));
}

// The child runs on this process's memory, so no page table is copied.
static int run(char *rootfs)
{
    char id[32];
    append_number(append(id, id + sizeof id, "floor-"), id + sizeof id, call(SYS_getpid, 0, 0, 0, 0));
    long cgroup = make_cgroups(id);
    struct clone_args args = {
        .flags = CLONE_VM | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | (cgroup >= 0 ? CLONE_INTO_CGROUP : 0),
        .exit_signal = SIGCHLD,
        .stack = (unsigned long)stack,
        .stack_size = STACK,
        .cgroup = cgroup >= 0 ? (unsigned long)cgroup : 0,
    };
    int status = 0;
    long pid = native_clone(SYS_clone3, (long)&args, sizeof args, 0, container, (long)rootfs);
    if (pid > 0)
        call(SYS_wait4, pid, (long)&status, 0, 0);
    must("clone3", pid);
    must("rmdir", remove_cgroups());
    return (status & 0x7f) == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f);
}

// Of the stack that execve(2) makes: argc, argv.
__attribute__((noreturn, used)) static void begin(long *first)
{
    char **argv = (char **)(first + 1);
    int is_run = *first == 3 && argv[1][0] == 'r' && argv[1][1] == 'u' && argv[1][2] == 'n' && argv[1][3] == 0;
    end(is_run ? run(argv[2]) : 0);
}

#if defined(__x86_64__)
__asm__(".text\n.globl _start\n_start:\n\txor %ebp, %ebp\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall begin\n\thlt\n");
#elif defined(__aarch64__)
__asm__(".text\n.globl _start\n_start:\n\tmov x29, #0\n\tmov x30, #0\n\tmov x0, sp\n\tbl begin\n\tbrk #0\n");
#endif
