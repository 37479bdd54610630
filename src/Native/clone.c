// SPDX-License-Identifier: Apache-2.0
// Written for the machine: parent and child return from the system call on different stacks, or on one stack where the child of
// vfork(2) would overwrite its parent's frames if it returned. The parent's return address stays where it is: the child calls below it.
#include "clone.h"

#if defined(__x86_64__)
__asm__(".text\n.globl native_clone\n.hidden native_clone\nnative_clone:\n"
        "\tmov %rdi, %rax\n\tmov %rsi, %rdi\n\tmov %rdx, %rsi\n\tmov %rcx, %rdx\n\txor %r10d, %r10d\n\tsyscall\n\ttest %rax, %rax\n\tjnz 1f\n"
        "\txor %ebp, %ebp\n\tmov %r9, %rdi\n\tand $-16, %rsp\n\tcall *%r8\n\thlt\n1:\tret\n");
#elif defined(__aarch64__)
__asm__(".text\n.globl native_clone\n.hidden native_clone\nnative_clone:\n"
        "\tmov x8, x0\n\tmov x0, x1\n\tmov x1, x2\n\tmov x2, x3\n\tmov x3, #0\n\tsvc #0\n\tcbnz x0, 1f\n"
        "\tmov x29, #0\n\tmov x0, x5\n\tblr x4\n\tbrk #0\n1:\tret\n");
#endif
