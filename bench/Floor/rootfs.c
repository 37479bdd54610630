// SPDX-License-Identifier: Apache-2.0
// The root, mounts, devices, masked and read-only paths of the config that runc spec writes.

#include "floor.h"

#include <sys/stat.h>

enum { NOTHING = MS_NOSUID | MS_NOEXEC | MS_NODEV };

static const struct { const char *source, *target, *type, *data; unsigned long flags; int is_made; } mounts[] = {
    { "proc", "proc", "proc", 0, 0, 0 },
    { "tmpfs", "dev", "tmpfs", "mode=755,size=65536k", MS_NOSUID | MS_STRICTATIME, 0 },
    { "devpts", "dev/pts", "devpts", "newinstance,ptmxmode=0666,mode=0620,gid=5", MS_NOSUID | MS_NOEXEC, 1 },
    { "shm", "dev/shm", "tmpfs", "mode=1777,size=65536k", NOTHING, 1 },
    { "mqueue", "dev/mqueue", "mqueue", 0, NOTHING, 1 },
    { "sysfs", "sys", "sysfs", 0, NOTHING | MS_RDONLY, 0 },
};

static const struct { const char *path; unsigned major, minor; } devices[] = {
    { "dev/null", 1, 3 }, { "dev/zero", 1, 5 }, { "dev/full", 1, 7 }, { "dev/random", 1, 8 }, { "dev/urandom", 1, 9 }, { "dev/tty", 5, 0 },
};

static const struct { const char *path, *target; } links[] = {
    { "dev/ptmx", "pts/ptmx" }, { "dev/fd", "/proc/self/fd" }, { "dev/stdin", "/proc/self/fd/0" }, { "dev/stdout", "/proc/self/fd/1" },
    { "dev/stderr", "/proc/self/fd/2" },
};

static const char *const read_only[] = { "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger" };

static const char *const masked[] = {
    "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
    "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static long bind(const char *source, const char *target)
{
    return call5(SYS_mount, (long)source, (long)target, 0, MS_BIND | MS_REC, 0);
}

static void make_devices(void)
{
    for (unsigned i = 0; i < COUNT(devices); i++)
        must(devices[i].path, call(SYS_mknodat, AT_FDCWD, (long)devices[i].path, S_IFCHR | 0666, devices[i].major << 8 | devices[i].minor));
    for (unsigned i = 0; i < COUNT(links); i++)
        must(links[i].path, call(SYS_symlinkat, (long)links[i].target, AT_FDCWD, (long)links[i].path, 0));
}

// Paths that the kernel lacks are left out (config-linux.md).
static void restrict_paths(void)
{
    for (unsigned i = 0; i < COUNT(read_only); i++) {
        long result = bind(read_only[i], read_only[i]);
        if (result == -ENOENT)
            continue;
        must(read_only[i], result);
        must(read_only[i], call5(SYS_mount, 0, (long)read_only[i], 0, MS_REMOUNT | MS_BIND | MS_RDONLY, 0));
    }
    const char *empty = 0;
    for (unsigned i = 0; i < COUNT(masked); i++) {
        long result = bind("/dev/null", masked[i]);
        if (result == -ENOTDIR && empty != 0) {
            result = bind(empty, masked[i]);
        } else if (result == -ENOTDIR) {
            empty = masked[i];
            result = call5(SYS_mount, (long)"tmpfs", (long)empty, (long)"tmpfs", NOTHING | MS_RDONLY, 0);
        }
        if (result != -ENOENT)
            must(masked[i], result);
    }
}

void enter_root(const char *directory)
{
    must("mount /", call5(SYS_mount, 0, (long)"/", 0, MS_SLAVE | MS_REC, 0));
    must(directory, bind(directory, directory));
    must(directory, call(SYS_chdir, (long)directory, 0, 0, 0));
    call(SYS_umask, 0, 0, 0, 0);
    for (unsigned i = 0; i < COUNT(mounts); i++) {
        if (mounts[i].is_made)
            must(mounts[i].target, call(SYS_mkdirat, AT_FDCWD, (long)mounts[i].target, 0755, 0));
        must(mounts[i].target, call5(SYS_mount, (long)mounts[i].source, (long)mounts[i].target, (long)mounts[i].type, mounts[i].flags, (long)mounts[i].data));
    }
    mount_cgroups();
    make_devices();
    call(SYS_umask, 022, 0, 0, 0);
    must("pivot_root", call(SYS_pivot_root, (long)".", (long)".", 0, 0));
    must("umount2", call(SYS_umount2, (long)".", MNT_DETACH, 0, 0));
    must("chdir", call(SYS_chdir, (long)"/", 0, 0, 0));
    must("read-only /", call5(SYS_mount, 0, (long)"/", 0, MS_REMOUNT | MS_BIND | MS_RDONLY, 0));
    restrict_paths();
}
