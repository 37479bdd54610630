// SPDX-License-Identifier: Apache-2.0
// Replacements for functions of the .NET runtime library that run before Main and that a short-lived, single-threaded
// program does not need. Publish.props names them to the linker (ld(1), --wrap), and check.sh fails the build when one is
// no longer called. Decision 0002 has what each saves. With -p:BootReplacements=false only the required one is linked.
#define _GNU_SOURCE
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

// The only reader of DOTNET_* variables in the runtime library. A container runtime inherits its environment from
// engines, hooks and users: DOTNET_GCHeapHardLimit=1000 there must not stop containers from starting. Reports each as not
// set.
uint32_t __wrap__Z25PalGetEnvironmentVariablePKcPcj(const char *name, char *buffer, uint32_t size)
{
    (void)name, (void)buffer, (void)size;
    return 0;
}

// Required: no finalizer thread. With a second thread the raw clone would be unsafe, and unshare(CLONE_NEWUSER) and setns
// of user and mount namespaces would fail. Finalizers never run; every owned resource is disposed. Returns "started".
bool __wrap__Z23PalStartFinalizerThreadPFjPvES_(uint32_t (*callback)(void *), void *context)
{
    (void)callback, (void)context;
    return true;
}

// The collector sizes itself by cgroup limits: 34 calls that parse /proc/self/mountinfo, whose length grows with the
// containers alive. Its heap limit is fixed at link time instead.
void __wrap__Z16InitializeCGroupv(void) {}
void __wrap__Z19InitializeCpuCGroupv(void) {}

// The available memory, which sets the collector's urgency: the original parses /proc/meminfo. Under a fixed heap limit
// the answer "plenty" costs at most that limit.
void __wrap__ZN15GCToOSInterface15GetMemoryStatusEmPjPmS1_(uint64_t limit, uint32_t *load, uint64_t *available, uint64_t *page_file)
{
    if (load)
        *load = 0;
    if (available)
        *available = limit ? limit : UINT64_C(1) << 32;
    if (page_file)
        *page_file = 0;
}

// The main thread's stack, without glibc's walk through /proc/self/maps. The upper end is at the arguments that the
// kernel placed there; the lower end is as far as the limit lets it grow. Any other thread (there is none) uses the
// original.
extern void *__libc_stack_end;
bool __real__Z24PalGetMaximumStackBoundsPPvS0_(void **low, void **high);
bool __wrap__Z24PalGetMaximumStackBoundsPPvS0_(void **low, void **high)
{
    const uintptr_t page = getauxval(AT_PAGESZ), most = 64 << 20;
    uintptr_t end = ((uintptr_t)__libc_stack_end + page) & ~(page - 1), here = (uintptr_t)__builtin_frame_address(0);
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0)
        return __real__Z24PalGetMaximumStackBoundsPPvS0_(low, high);
    uintptr_t size = limit.rlim_cur < most ? (uintptr_t)limit.rlim_cur & ~(page - 1) : most;
    if (here >= end || here < end - size)
        return __real__Z24PalGetMaximumStackBoundsPPvS0_(low, high);
    *high = (void *)end;
    *low = (void *)(end - size);
    return true;
}

// The number of processors, which would be read from sysfs three times. One online processor suffices for one thread; the
// number of configured ones gives the size of affinity masks (below).
long __real_sysconf(int name);
long __wrap_sysconf(int name)
{
    return name == _SC_NPROCESSORS_ONLN ? 1 : __real_sysconf(name);
}

// sched_getaffinity(2) accepts a mask larger than necessary; this is the size of glibc's cpu_set_t.
int __wrap_minipal_get_cpu_max_possible_count(void)
{
    return CPU_SETSIZE;
}

// The processor's features beyond those that the compiler assumes (x86-64-v2, which the runtime library does not check). The original
// executes six CPUID instructions, each an exit to the hypervisor of a virtual machine. "None" is a valid answer: wider vectors are
// then not used.
int __wrap_minipal_getcpufeatures(void)
{
    return 0;
}

// The runtime library makes the page of its stack canary writable and read-only again: two mprotect(2), which divide the mapping
// of the constants. sections.ld puts the canary among the variables, where it needs neither.
extern const char __security_cookie[];
uint32_t __real__Z17PalVirtualProtectPvmj(void *address, size_t size, uint32_t protection);
uint32_t __wrap__Z17PalVirtualProtectPvmj(void *address, size_t size, uint32_t protection)
{
    return address == __security_cookie || __real__Z17PalVirtualProtectPvmj(address, size, protection);
}

// NUMA nodes, for heaps of the collector on each: it has one. The original reads a directory of sysfs.
void __wrap__Z21NUMASupportInitializev(void) {}

// The collector reserves address space and makes it accessible piece by piece: twenty mprotect(2) a command, each of
// which splits a mapping. Here all of it is accessible from the start; the kernel still allocates pages at the first
// touch. Huge pages are disabled: one touch would cost 2 MiB. A host that limits address space (vm.overcommit_memory=2)
// may refuse so much of it; then the collector works piece by piece. Its tables get the end of the first mapping: three
// reservations, one mapping.
static bool by_pieces;

void *__real__ZN15GCToOSInterface14VirtualReserveEmmjt(size_t size, size_t alignment, uint32_t flags, uint16_t node);
void *__wrap__ZN15GCToOSInterface14VirtualReserveEmmjt(size_t size, size_t alignment, uint32_t flags, uint16_t node)
{
    static char *rest;
    static size_t left;
    const size_t page = getauxval(AT_PAGESZ), tables = 1 << 20;
    if (alignment < page)
        alignment = page;
    size_t most = ((size + page - 1) & ~(page - 1)) + alignment;
    if (left < most) {
        char *all = mmap(NULL, most + tables, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (all == MAP_FAILED) {
            by_pieces = true;
            return __real__ZN15GCToOSInterface14VirtualReserveEmmjt(size, alignment, flags, node);
        }
        madvise(all, most + tables, MADV_NOHUGEPAGE);
        rest = all, left = most + tables;
    }
    char *from = rest;
    rest += most, left -= most;
    return (void *)(((uintptr_t)from + alignment - 1) & ~(uintptr_t)(alignment - 1));
}

bool __real__ZN15GCToOSInterface13VirtualCommitEPvmt(void *address, size_t size, uint16_t node);
bool __wrap__ZN15GCToOSInterface13VirtualCommitEPvmt(void *address, size_t size, uint16_t node)
{
    return !by_pieces || __real__ZN15GCToOSInterface13VirtualCommitEPvmt(address, size, node);
}

// The pages return to the kernel and are zero at the next touch, as after a decommit and a commit.
bool __real__ZN15GCToOSInterface15VirtualDecommitEPvm(void *address, size_t size);
bool __wrap__ZN15GCToOSInterface15VirtualDecommitEPvm(void *address, size_t size)
{
    return by_pieces ? __real__ZN15GCToOSInterface15VirtualDecommitEPvm(address, size) : madvise(address, size, MADV_DONTNEED) == 0;
}
