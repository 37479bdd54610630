// SPDX-License-Identifier: Apache-2.0
// The container's cgroups, below the caller's own in each hierarchy of v1, or in that of v2 where there is no v1.

#include "floor.h"

#include <linux/bpf.h>

enum { MOST = 16, LENGTH = 256, READ_ONLY = MS_NOSUID | MS_NOEXEC | MS_NODEV | MS_RDONLY };

static struct { const char *name; char directory[LENGTH]; } cgroups[MOST];
static int count, is_unified;

static long open_file(const char *directory, const char *file, int flags)
{
    char path[LENGTH], *last = path + sizeof path;
    append(append(path, last, directory), last, file);
    return must(path, call(SYS_openat, AT_FDCWD, (long)path, flags | O_CLOEXEC, 0));
}

static void write_text(long fd, const char *text)
{
    long length = 0;
    while (text[length] != 0)
        length++;
    must(text, call(SYS_write, fd, (long)text, length, 0));
}

static void write_file(const char *directory, const char *file, const char *text)
{
    long fd = open_file(directory, file, O_WRONLY);
    write_text(fd, text);
    call(SYS_close, fd, 0, 0, 0);
}

static void read_file(const char *directory, const char *file, char *text, long size)
{
    long fd = open_file(directory, file, O_RDONLY);
    text[must(file, call(SYS_read, fd, (long)text, size - 1, 0))] = 0;
    call(SYS_close, fd, 0, 0, 0);
}

static int is(const char *a, const char *b)
{
    while (*a != 0 && *a == *b)
        a++, b++;
    return *a == *b;
}

// Ends the text at the delimiter, and returns what follows.
static char *after(char *text, char delimiter)
{
    while (*text != 0 && *text != delimiter)
        text++;
    if (*text == 0)
        return text;
    *text = 0;
    return text + 1;
}

// Of /proc/self/cgroup (cgroups(7)), with a line "5:devices:/path" per hierarchy, the last "0::/path". On v1 that is not mounted
// (in_own_mounts of build/bench.sh).
static void find_cgroups(const char *id)
{
    static char text[4096];
    read_file("/proc/self/", "cgroup", text, sizeof text);
    for (char *line = text, *next; *line != 0 && count < MOST; line = next) {
        char *name = after(line, ':'), *path = after(name, ':');
        next = after(path, '\n');
        if (*name == 0 && count > 0)
            break;
        is_unified = *name == 0;
        if (is(name, "name=systemd"))
            name += sizeof "name=" - 1;
        char *at = cgroups[count].directory, *last = at + LENGTH;
        at = append(append(append(at, last, "/sys/fs/cgroup/"), last, name), last, path);
        append(append(at, last, path[1] == 0 ? "" : "/"), last, id);
        cgroups[count++].name = name;
    }
}

// A new cpuset of v1 has no processors and memory nodes.
static void fill_cpuset(const char *directory)
{
    static const char *const files[] = { "/cpuset.cpus", "/cpuset.mems" };
    for (int i = 0; i < 2; i++) {
        char text[256], parent[LENGTH];
        append(append(parent, parent + LENGTH, directory), parent + LENGTH, "/..");
        read_file(parent, files[i], text, sizeof text);
        write_file(directory, files[i], text);
    }
}

// None but the usual ones.
static void allow_devices(const char *directory)
{
    static const char *const allowed[] = {
        "c *:* m", "b *:* m", "c 1:3 rwm", "c 1:8 rwm", "c 1:7 rwm", "c 5:0 rwm", "c 1:5 rwm", "c 1:9 rwm", "c 136:* rwm", "c 5:2 rwm", "c 10:200 rwm",
    };
    write_file(directory, "/devices.deny", "a");
    long fd = open_file(directory, "/devices.allow", O_WRONLY);
    for (unsigned i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        write_text(fd, allowed[i]);
    call(SYS_close, fd, 0, 0, 0);
}

// The same on v2, by the shortest program: it allows all.
static void attach_filter(long directory)
{
    static const struct bpf_insn program[] = {
        { .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1 },
        { .code = BPF_JMP | BPF_EXIT },
    };
    static union bpf_attr load = { .prog_type = BPF_PROG_TYPE_CGROUP_DEVICE, .insn_cnt = 2 };
    static union bpf_attr attach = { .attach_type = BPF_CGROUP_DEVICE, .attach_flags = BPF_F_ALLOW_MULTI };
    load.insns = (unsigned long)program;
    load.license = (unsigned long)"";
    long fd = must("BPF_PROG_LOAD", call(SYS_bpf, BPF_PROG_LOAD, (long)&load, sizeof load, 0));
    attach.target_fd = (unsigned)directory;
    attach.attach_bpf_fd = (unsigned)fd;
    must("BPF_PROG_ATTACH", call(SYS_bpf, BPF_PROG_ATTACH, (long)&attach, sizeof attach, 0));
    call(SYS_close, fd, 0, 0, 0);
}

long make_cgroups(const char *id)
{
    find_cgroups(id);
    for (int i = 0; i < count; i++) {
        must(cgroups[i].directory, call(SYS_mkdirat, AT_FDCWD, (long)cgroups[i].directory, 0755, 0));
        if (is(cgroups[i].name, "cpuset"))
            fill_cpuset(cgroups[i].directory);
        if (is(cgroups[i].name, "devices"))
            allow_devices(cgroups[i].directory);
    }
    if (!is_unified)
        return -1;
    long directory = open_file(cgroups[0].directory, "", O_RDONLY | O_DIRECTORY);
    attach_filter(directory);
    return directory;
}

// By a 0 in tasks, which waits for no grace period (docs/decisions/0007).
void join_cgroups(void)
{
    for (int i = 0; i < count && !is_unified; i++)
        write_file(cgroups[i].directory, "/tasks", "0");
}

void mount_cgroups(void)
{
    static const char place[] = "sys/fs/cgroup";
    if (is_unified) {
        must(place, call5(SYS_mount, (long)"cgroup", (long)place, (long)"cgroup2", READ_ONLY, 0));
        return;
    }
    must(place, call5(SYS_mount, (long)"tmpfs", (long)place, (long)"tmpfs", 0, (long)"mode=755"));
    for (int i = 0; i < count; i++) {
        char target[64], *last = target + sizeof target;
        append(append(append(target, last, place), last, "/"), last, cgroups[i].name);
        must(target, call(SYS_mkdirat, AT_FDCWD, (long)target, 0755, 0));
        must(target, call5(SYS_mount, (long)cgroups[i].directory, (long)target, 0, MS_BIND, 0));
        must(target, call5(SYS_mount, 0, (long)target, 0, MS_REMOUNT | MS_BIND | READ_ONLY, 0));
    }
    must(place, call5(SYS_mount, 0, (long)place, 0, MS_REMOUNT | MS_BIND | READ_ONLY, 0));
}

long remove_cgroups(void)
{
    long result = 0;
    for (int i = 0; i < count; i++) {
        long removed = call(SYS_unlinkat, AT_FDCWD, (long)cgroups[i].directory, AT_REMOVEDIR, 0);
        result = removed < 0 ? removed : result;
    }
    return result;
}
