// SPDX-License-Identifier: Apache-2.0
//
// Starts the exec stage of a further process: a child on its parent's memory (clone(2), CLONE_VM), on a stack of its own, becomes what
// a process outside must be before it enters a container, and executes the stage. No page table is copied, and no page is copied when
// one of both writes. The parent waits meanwhile (CLONE_VFORK), so that a failure is known when the clone returns, and the OOM killer
// does not choose the child and with it all that share its memory (in_vfork() in the kernel's mm/oom_kill.c).
//
// The child runs beside managed code, so it uses neither .NET nor libc, whose thread-local data are the parent's, and writes to
// nothing but its stack and the request. StageStart.cs writes that.

#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "../clone.h"

// As StartStep.cs has them.
enum { STEP_AFFINITY, STEP_JOIN, STEP_FINAL_AFFINITY, STEP_DESCRIPTORS, STEP_OOM_SCORE, STEP_EXECUTE };

enum { STREAMS = 3, SIGNALS = 64, THOUSAND = 1024, ENOENT_ = 2 };

struct text {
    const char *start;
    long size;
};

// Laid out as StageStart.Request.
struct request {
    int parent;              // its pid
    int cgroup;              // the directory to be cloned into; -1 for none
    int image;               // the exec stage
    int waits;               // the parent waits
    int tree;                // the directory that the files to join by are below
    int join_count;
    int required;            // the first files, which must exist; the rest need not
    int unused;
    const char *const *join; // files to write a 0 to, or empty
    struct text initial;     // CPUs before that; no size for no change
    struct text final;       // and after it; the same
    struct text oom_score;   // no size for none
    int streams[STREAMS];    // become the standard streams
    int first;               // the descriptors from here on close at the exec,
    int kept_count;
    int unused_too;
    const int *kept;         // except these
    int pidfd;               // out: of the child
    int step, index, error;  // out: what failed, if error is not 0
};

#define STACK 4096
static char stack[STACK] __attribute__((aligned(16)));

__attribute__((noreturn)) static void end(struct request *r, int step, int index, long result)
{
    r->step = step;
    r->index = index;
    r->error = (int)-result;
    for (;;)
        call(SYS_exit_group, 1, 0, 0, 0);
}

static long write_file(int directory, const char *path, const char *text, long size)
{
    long file = call(SYS_openat, directory, (long)path, O_WRONLY | O_CLOEXEC, 0), result;
    if (file < 0)
        return file;
    result = call(SYS_write, file, (long)text, size, 0);
    call(SYS_close, file, 0, 0, 0);
    return result;
}

// CLOSE_RANGE_CLOEXEC is Linux 5.11, and an outer container's filter may refuse close_range(2). Then those that /proc lists are
// marked, and without /proc the first thousand.
static void close_at_exec_from(unsigned first)
{
    char names[THOUSAND] __attribute__((aligned(8)));
    long directory, size;
    if (call(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC, 0) == 0)
        return;
    directory = call(SYS_openat, AT_FDCWD, (long)"/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    for (unsigned fd = first; directory < 0 && fd < THOUSAND; fd++)
        call(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC, 0);
    while (directory >= 0 && (size = call(SYS_getdents64, directory, (long)names, sizeof names, 0)) > 0) {
        // getdents64(2): d_reclen is at 16, d_name at 19.
        for (long at = 0; at < size; at += *(uint16_t *)(names + at + 16)) {
            unsigned fd = 0;
            const char *digit = names + at + 19;
            for (; *digit >= '0' && *digit <= '9'; digit++)
                fd = fd * 10 + (unsigned)(*digit - '0');
            if (fd >= first && digit != names + at + 19)
                call(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC, 0);
        }
    }
}

static void join(struct request *r)
{
    long result;
    if (r->initial.size > 0 && (result = call(SYS_sched_setaffinity, 0, r->initial.size, (long)r->initial.start, 0)) < 0)
        end(r, STEP_AFFINITY, 0, result);
    for (int i = 0; i < r->join_count; i++) {
        result = *r->join[i] ? write_file(r->tree, r->join[i], "0", 1) : 0;
        if (result < 0 && (i < r->required || result != -ENOENT_))
            end(r, STEP_JOIN, i, result);
    }
    if (r->final.size > 0 && (result = call(SYS_sched_setaffinity, 0, r->final.size, (long)r->final.start, 0)) < 0)
        end(r, STEP_FINAL_AFFINITY, 0, result);
}

// A source may have the number of another's target.
static void take_streams(struct request *r)
{
    long source[STREAMS];
    for (int i = 0; i < STREAMS; i++) {
        source[i] = r->streams[i] == i ? i : call(SYS_fcntl, r->streams[i], F_DUPFD_CLOEXEC, STREAMS, 0);
        if (source[i] < 0)
            end(r, STEP_DESCRIPTORS, r->streams[i], source[i]);
    }
    for (int i = 0; i < STREAMS; i++)
        if (source[i] != i)
            call(SYS_dup3, source[i], i, 0, 0);
}

// Any signal may be ignored by the caller, and stays so at the exec (execve(2)): Python ignores SIGXFSZ, `env --ignore-signal` all of
// them. SIGSEGV and SIGFPE have the runtime's handlers, which the exec resets.
static void reset_signals(void)
{
    const struct { long handler, flags, restorer, mask; } standard = { 0 };
    const uint64_t none = 0;
    for (int i = 1; i <= SIGNALS; i++)
        if (i != SIGKILL && i != SIGSTOP && i != SIGSEGV && i != SIGFPE)
            call(SYS_rt_sigaction, i, (long)&standard, 0, sizeof none);
    // After setsid(2): none comes from the caller's terminal any more.
    call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, sizeof none);
}

static void become_stage(long argument)
{
    static const char *const arguments[] = { "runcs-init", 0 }, *const environment[] = { 0 };
    struct request *r = (struct request *)argument;
    long result;
    call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
    if (call(SYS_getppid, 0, 0, 0, 0) != r->parent)
        end(r, STEP_EXECUTE, 0, -1);
    // First of all: ending the container kills the processes in its cgroups, and must include this one.
    join(r);
    take_streams(r);
    close_at_exec_from((unsigned)r->first);
    if (r->oom_score.size > 0 && (result = write_file(AT_FDCWD, "/proc/self/oom_score_adj", r->oom_score.start, r->oom_score.size)) < 0)
        end(r, STEP_OOM_SCORE, 0, result);
    call(SYS_setsid, 0, 0, 0, 0);
    reset_signals();
    for (int i = 0; i < r->kept_count; i++)
        if ((result = call(SYS_fcntl, r->kept[i], F_SETFD, 0, 0)) < 0)
            end(r, STEP_DESCRIPTORS, r->kept[i], result);
    end(r, STEP_EXECUTE, 0, call5(SYS_execveat, r->image, (long)"", (long)arguments, (long)environment, AT_EMPTY_PATH));
}

// One child at a time: they would have the same stack. Returns the pid or the negative errno.
int stage_start(struct request *r)
{
    unsigned long flags = CLONE_VM | CLONE_PIDFD | (r->waits ? CLONE_VFORK : 0);
    if (r->cgroup < 0)
        return (int)native_clone(SYS_clone, (long)(flags | SIGCHLD), (long)(stack + STACK), (long)&r->pidfd, become_stage, (long)r);
    struct clone_args args = {
        .flags = flags | CLONE_INTO_CGROUP,
        .pidfd = (uint64_t)&r->pidfd,
        .exit_signal = SIGCHLD,
        .stack = (uint64_t)stack,
        .stack_size = STACK,
        .cgroup = (uint64_t)r->cgroup,
    };
    return (int)native_clone(SYS_clone3, (long)&args, sizeof args, 0, become_stage, (long)r);
}
