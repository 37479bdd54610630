// SPDX-License-Identifier: Apache-2.0
//
// Makes system calls and prints one line for each: "ABI NUMBER ERRNO", with 0 for success. Runs in a container of
// SyscallComparisonTests, without a libc. The arguments make an allowed call harmless: most are -1, which is not a valid
// descriptor, address, set of flags or id.
//
//   syscalls 64 FIRST LAST		every number in the range, except those that would not return
//   syscalls 32 FIRST LAST		the same through the 32-bit entry (int 0x80)
//   syscalls x32 FIRST LAST		the same with the x32 bit
//   syscalls one NUMBER ARGUMENT...	one call with these arguments; -ABI 32 as "one32"

typedef unsigned long u64;
typedef unsigned int u32;

static long call64(u64 n, const u64 *a)
{
	long result;
	register u64 r10 __asm__("r10") = a[3];
	register u64 r8 __asm__("r8") = a[4];
	register u64 r9 __asm__("r9") = a[5];
	__asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
	return result;
}

// The sixth argument is in ebp, which the compiler reserves; no call here needs it.
static long call32(u64 n, const u64 *a)
{
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(n), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]) : "r8", "r9", "r10", "r11", "memory");
	return (int)result;
}

static char *number(char *at, u64 value)
{
	char digits[20];
	int n = 0;

	do
		digits[n++] = '0' + value % 10;
	while (value /= 10);
	while (n)
		*at++ = digits[--n];
	return at;
}

static void print(const char *abi, u64 n, long result)
{
	char line[64], *at = line;

	while (*abi)
		*at++ = *abi++;
	*at++ = ' ';
	at = number(at, n);
	*at++ = ' ';
	at = number(at, result < 0 && result > -4096 ? -result : 0);
	*at++ = '\n';
	u64 a[6] = { 1, (u64)line, at - line };
	call64(1, a);
}

static u64 parse(const char *text)
{
	u64 value = 0;

	while (*text)
		value = value * 10 + *text++ - '0';
	return value;
}

static int same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static int in(u64 n, const short *list)
{
	for (; *list >= 0; list++)
		if ((u64)*list == n)
			return 1;
	return 0;
}

// Calls that do not return, wait, or start a process: rt_sigreturn, pause, fork, vfork, exit, sync, exit_group,
// uretprobe, uprobe.
static const short skipped64[] = { 15, 34, 57, 58, 60, 162, 231, 335, 336, -1 };
// exit, fork, pause, sync, sigsuspend, sigreturn, rt_sigreturn, vfork, exit_group.
static const short skipped32[] = { 1, 2, 29, 36, 72, 119, 173, 190, 252, -1 };
// x32 has its own rt_sigreturn at 513.
static const short skippedx32[] = { 15, 34, 57, 58, 60, 162, 231, 335, 336, 513, -1 };

__attribute__((noreturn, used)) void run(long count, char **arguments)
{
	u64 a[6] = { -1, -1, -1, -1, -1, -1 }, end[6] = { 0 };
	const char *kind = count > 1 ? arguments[1] : "";

	if (same(kind, "one") || same(kind, "one32")) {
		for (int i = 0; i < 6; i++)
			a[i] = i + 3 < count ? parse(arguments[i + 3]) : 0;
		u64 n = parse(arguments[2]);
		int wide = same(kind, "one");
		long result = wide ? call64(n, a) : call32(n, a);
		// A child made by clone(2) prints nothing.
		if (result || n != (wide ? 56 : 120))
			print(wide ? "64" : "32", n, result);
	} else if (count > 3) {
		int narrow = same(kind, "32"), x32 = same(kind, "x32");
		const short *skipped = narrow ? skipped32 : x32 ? skippedx32 : skipped64;
		for (u64 n = parse(arguments[2]); n <= parse(arguments[3]); n++)
			if (!in(n, skipped))
				print(kind, n, narrow ? call32(n, a) : call64(x32 ? n | 0x40000000 : n, a));
	}
	for (;;)
		call64(231, end);
}

__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tmov (%rsp), %rdi\n\tlea 8(%rsp), %rsi\n\tand $-16, %rsp\n\tcall run\n");
