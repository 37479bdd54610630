// SPDX-License-Identifier: Apache-2.0
//
// The exec stage: the last image before the user's program. It runs a table of system calls, in order, and nothing else.
//
// Run by the container's init, from a sealed memfd, after the managed code has set up the container. Its privileges are
// those of runcs at the first row and the user program's own at the last. It has no libc, no heap and hardly any stack.
// StageTable.cs writes the table behind this code and seals both.
//
// A created container consists of this image: a few pages. /proc/PID/exe is the memfd, so nothing in the container can
// reach the runtime's binary on the host (CVE-2019-5736).

typedef unsigned long u64;
typedef unsigned int u32;
typedef unsigned short u16;
typedef unsigned char u8;

// SYS_* come from embed.sh.
enum {
	TOLERATED = 10,
	ANY_ERROR = 255,
	EINVAL = 22,
	SIGNALS = 64,
	EXIT_BY_SIGNAL = 2,	// the exit code of runc's waiting process
	PAGE = 4096,
	ROUNDS = 32,		// more than a pipe has pages (pipe(7))
};

// Calls that are not system calls: numbers that no kernel will use.
enum {
	CALL_LOAD = 0x10000,	// the result is the u64 at arg[0]
	CALL_FAIL = 0x10001,	// fails with the errno in arg[0]
	CALL_EXPECT = 0x10002,	// fails with errno arg[3] unless the u32 at arg[0], masked with arg[1], is arg[2]
	CALL_CATCH = 0x10003,	// the signals whose bits are set in arg[0] end the stage; signal n is bit n-1
	CALL_FOLLOW = 0x10004,	// reads a child's output until it ends: see follow()
	CALL_BOUND = 0x10005,	// drops the capabilities whose bits are set in arg[0] from the bounding set
};

// One step: 88 bytes, laid out as StageTable.Row.
struct row {
	u64 call;
	u64 arg[6];
	u64 *keep;		// where the result is stored; 0: nowhere
	u16 step;		// the step that is reported when this row fails
	u16 on_error;		// the row that follows a tolerated error
	u16 on_result;		// the row that follows a result above zero
	u16 on_zero;		// the row that follows a result of zero
	u8 tolerated[TOLERATED];	// errno values that do not fail the row, or ANY_ERROR; 0 ends the list
	u8 unused[6];
};

// poll(2).
struct pollfd {
	u32 fd;
	u16 events;
	u16 returned;
};

// The start of the table.
struct header {
	u32 report;		// descriptor of the report channel
	u32 caught;		// the step that is reported when a signal ends the stage
	struct row row[];
};

extern struct header table;

// syscall(2), "Architecture calling conventions".
static inline long call(u64 n, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f)
{
#if defined(__x86_64__)
	long result;
	register u64 r10 __asm__("r10") = d;
	register u64 r8 __asm__("r8") = e;
	register u64 r9 __asm__("r9") = f;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
#elif defined(__aarch64__)
	register u64 x8 __asm__("x8") = n;
	register u64 x0 __asm__("x0") = a;
	register u64 x1 __asm__("x1") = b;
	register u64 x2 __asm__("x2") = c;
	register u64 x3 __asm__("x3") = d;
	register u64 x4 __asm__("x4") = e;
	register u64 x5 __asm__("x5") = f;
	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
	return (long)x0;
#endif
}

// Reports the end as {step, value}, a StageReport.
__attribute__((noreturn, noinline)) static void end(u32 step, u32 value, u64 code)
{
	u32 record[2] = { step, value };

	call(SYS_write, table.report, (u64)record, sizeof(record), 0, 0, 0);
	call(SYS_exit_group, code, 0, 0, 0, 0, 0);
	// The user's seccomp filter may refuse exit_group too.
	__builtin_trap();
}

// The first process of a pid namespace ignores signals with the default action (pid_namespaces(7)), so that action is
// taken by an exit. A hook's process, before its execve, dies by the signal, whose action is the default again
// (SA_RESETHAND).
static void on_signal(int signal)
{
	call(SYS_kill, (u64)call(SYS_getpid, 0, 0, 0, 0, 0, 0), (u64)signal, 0, 0, 0, 0);
	end(table.caught, (u32)signal, EXIT_BY_SIGNAL);
}

// The execve of the program or of a hook resets the actions (execve(2)).
static long catch_signals(u64 set)
{
	const u64 flags = 0x80000000 /* SA_RESETHAND */ | 0x40000000 /* SA_NODEFER */ | 0x04000000 /* SA_RESTORER */;
	// The kernel's struct sigaction. x86-64 requires a restorer; the handler never returns to it.
	const u64 action[4] = { (u64)on_signal, flags, (u64)on_signal, 0 };
	long result = 0;

	for (u64 n = 1; n <= SIGNALS && result >= 0; n++)
		if (set >> (n - 1) & 1)
			result = call(SYS_rt_sigaction, n, (u64)action, 0, sizeof(set), 0, 0);
	return result;
}

// Reads what comes out of the pipes of poll[1] and poll[2] until the pidfd of poll[0] reports the child's end. Keeps the
// first bytes of each pipe, `size` at most, behind the two counts of all bytes; the rest is discarded, so that the child
// does not block. Returns 1, or 0 when the time is over (null: no limit), which ppoll(2) reduces. Not inlined: a stage
// without hooks does not touch the page of the stack.
__attribute__((noinline)) static long follow(struct pollfd *poll, const u64 *time, u32 *counts, u64 size)
{
	u8 rest[PAGE];

	for (u32 rounds = 0;;) {
		long ready = call(SYS_ppoll, (u64)poll, 3, (u64)time, 0, 8, 0);
		int read = 0;

		if (ready <= 0)
			return ready;
		for (int i = 0; i < 2; i++) {
			u8 *text = (u8 *)(counts + 2) + i * size + counts[i];
			u64 room = counts[i] < size ? size - counts[i] : 0;
			long count;

			if (!poll[i + 1].returned)
				continue;
			count = call(SYS_read, poll[i + 1].fd, (u64)(room ? text : rest), room ? room : sizeof(rest), 0, 0, 0);
			if (count > 0)
				counts[i] += (u32)count;
			else
				poll[i + 1].fd = -1u;
			read = 1;
		}
		// What the child wrote before its end is in the pipes. Others that it has left behind may go on writing.
		if (poll[0].returned ? !read || ++rounds == ROUNDS : time && !time[0] && !time[1])
			return poll[0].returned ? 1 : 0;
	}
}

// EINVAL means that the kernel has no more capabilities (prctl(2), PR_CAPBSET_DROP).
static long drop_bounding(u64 set)
{
	const u64 capbset_drop = 24;

	for (u64 n = 0; n < 64; n++) {
		long result = set >> n & 1 ? call(SYS_prctl, capbset_drop, n, 0, 0, 0, 0) : 0;

		if (result < 0)
			return result == -EINVAL ? 0 : result;
	}
	return 0;
}

static long perform(const struct row *r)
{
	const u64 *a = r->arg;

	switch (r->call) {
	case CALL_LOAD:
		return *(const long *)a[0];
	case CALL_FAIL:
		return -(long)a[0];
	case CALL_EXPECT:
		return (*(const u32 *)a[0] & (u32)a[1]) == (u32)a[2] ? 0 : -(long)a[3];
	case CALL_CATCH:
		return catch_signals(a[0]);
	case CALL_BOUND:
		return drop_bounding(a[0]);
	case CALL_FOLLOW:
		return follow((struct pollfd *)a[0], (const u64 *)a[1], (u32 *)a[2], a[3]);
	default:
		return call(r->call, a[0], a[1], a[2], a[3], a[4], a[5]);
	}
}

static int tolerates(const struct row *r, long error)
{
	for (int i = 0; i < TOLERATED && r->tolerated[i]; i++)
		if (r->tolerated[i] == error || r->tolerated[i] == ANY_ERROR)
			return 1;
	return 0;
}

__attribute__((noreturn)) void stage(void)
{
	for (u32 i = 0;;) {
		struct row *r = &table.row[i];
		long result = perform(r);

		if (r->keep)
			*r->keep = (u64)result;
		if (result < 0 && result > -4096) {
			if (!tolerates(r, -result))
				end(r->step, (u32)-result, 1);
			i = r->on_error;
		} else {
			i = result ? r->on_result : r->on_zero;
		}
	}
}

#if defined(__x86_64__)
__asm__(".section .text.start, \"ax\"\n.globl _start\n_start:\n\txor %ebp, %ebp\n\tand $-16, %rsp\n\tcall stage\n");
#elif defined(__aarch64__)
__asm__(".section .text.start, \"ax\"\n.globl _start\n_start:\n\tmov x29, xzr\n\tmov x30, xzr\n\tbl stage\n");
#endif
