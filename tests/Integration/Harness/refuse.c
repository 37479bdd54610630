// SPDX-License-Identifier: Apache-2.0
// refuse ERRNO NUMBER... -- PROGRAM ARGS...: runs a program under a filter that refuses these system calls with this errno,
// as the filter of an outer container would.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST 64

int main(int argc, char **argv)
{
	struct sock_filter code[2 * MOST + 2];
	unsigned short n = 0;
	int i = 2, error;

	if (argc < 5)
		return 125;
	error = atoi(argv[1]);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
	for (; i < argc && strcmp(argv[i], "--") != 0 && i < MOST; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)atoi(argv[i]), 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { n, code };
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
		perror("refuse: seccomp");
		return 125;
	}
	execvp(argv[i + 1], argv + i + 1);
	perror("refuse: exec");
	return 125;
}
