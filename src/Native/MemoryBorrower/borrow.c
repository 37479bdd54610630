// SPDX-License-Identifier: Apache-2.0
//
// clone3(2) of a child that borrows its parent's memory (CLONE_VM | CLONE_VFORK, as vfork(2)). vfork(2) may not return in the
// child, since that would overwrite the parent's frames; so the child calls a function, on the parent's stack below this one.
// The return address of the parent stays where it is, and the kernel keeps its registers.

// Returns the pid or the negative errno, in the parent alone, when the child has executed a program or has ended.
__attribute__((visibility("hidden"))) long borrower_clone(void *arguments, unsigned long size, void (*function)(void));

#if defined(__x86_64__)
__asm__(".text\n.globl borrower_clone\n.hidden borrower_clone\nborrower_clone:\n"
        "\tmov $435, %eax\n\tsyscall\n\ttest %rax, %rax\n\tjnz 1f\n"
        "\txor %ebp, %ebp\n\tand $-16, %rsp\n\tcall *%rdx\n\thlt\n1:\tret\n");
#elif defined(__aarch64__)
__asm__(".text\n.globl borrower_clone\n.hidden borrower_clone\nborrower_clone:\n"
        "\tmov x8, #435\n\tsvc #0\n\tcbnz x0, 1f\n\tmov x29, #0\n\tblr x2\n\tbrk #0\n1:\tret\n");
#endif
