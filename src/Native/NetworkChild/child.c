// SPDX-License-Identifier: Apache-2.0
//
// A child that creates a network namespace on its parent's memory (clone(2), CLONE_VM), on a stack of its own: no page table is
// copied, and no page of the parent is copied when one of both writes. It runs beside managed code, so it uses neither .NET nor
// libc, whose thread-local data are the parent's, and writes to nothing but its stack. ChildProcess.StartNetwork starts it.

#define _GNU_SOURCE
#include <linux/prctl.h>
#include <linux/sched.h>
#include <net/if.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "../clone.h"

// The steps of the answer, as NewNetwork.cs has them.
enum { STEP_UNSHARE, STEP_SOCKET, STEP_IOCTL };

#define STACK 4096
static char stack[STACK] __attribute__((aligned(16)));

// Where close_range(2) is missing (Linux before 5.9, or an outer container's filter), descriptors above stay open until the end.
enum { FEW = 4096 };

static void close_between(unsigned first, unsigned last)
{
    if (first > last || call(SYS_close_range, first, last, 0, 0) == 0)
        return;
    for (unsigned fd = first; fd <= last && fd < FEW; fd++)
        call(SYS_close, fd, 0, 0, 0);
}

// netdevice(7): the only interface of a new network namespace.
static int loopback_up(int *step)
{
    struct ifreq lo = { .ifr_name = "lo" };
    *step = STEP_SOCKET;
    long fd = call(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0);
    if (fd < 0)
        return (int)-fd;
    *step = STEP_IOCTL;
    long result = call(SYS_ioctl, fd, SIOCGIFFLAGS, (long)&lo, 0);
    if (result == 0) {
        lo.ifr_flags |= IFF_UP;
        result = call(SYS_ioctl, fd, SIOCSIFFLAGS, (long)&lo, 0);
    }
    call(SYS_close, fd, 0, 0, 0);
    return (int)-result;
}

// Answers as ChildProcess.Answer does, and keeps the namespace until no process holds the other end of the socket.
static void make_namespace(long socket)
{
    struct { int step, errno_; } answer = { STEP_UNSHARE, 0 };
    char end;
    call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
    close_between(3, (unsigned)socket - 1);
    close_between((unsigned)socket + 1, ~0U);
    answer.errno_ = (int)-call(SYS_unshare, CLONE_NEWNET, 0, 0, 0);
    if (!answer.errno_)
        answer.errno_ = loopback_up(&answer.step);
    if (call(SYS_write, socket, (long)&answer, sizeof answer, 0) == sizeof answer)
        call(SYS_read, socket, (long)&end, 1, 0);
    for (;;)
        call(SYS_exit_group, 0, 0, 0, 0);
}

// One child at a time: they would have the same stack.
int network_child_start(int socket, int *pidfd)
{
    return (int)native_clone(SYS_clone, CLONE_VM | CLONE_PIDFD, (long)(stack + STACK), (long)pidfd, make_namespace, socket);
}
