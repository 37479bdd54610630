// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>Names of the x86-64 system calls by which a container runtime has effects.</summary>
internal static class SystemCalls
{
    private static readonly Dictionary<ulong, string> _names = new()
    {
        [0] = "read",
        [1] = "write",
        [7] = "poll",
        [14] = "rt_sigprocmask",
        [16] = "ioctl",
        [18] = "pwrite64",
        [33] = "dup2",
        [41] = "socket",
        [42] = "connect",
        [46] = "sendmsg",
        [56] = "clone",
        [59] = "execve",
        [61] = "wait4",
        [62] = "kill",
        [72] = "fcntl",
        [73] = "flock",
        [79] = "getcwd",
        [80] = "chdir",
        [81] = "fchdir",
        [82] = "rename",
        [95] = "umask",
        [109] = "setpgid",
        [112] = "setsid",
        [116] = "setgroups",
        [117] = "setresuid",
        [119] = "setresgid",
        [126] = "capset",
        [155] = "pivot_root",
        [157] = "prctl",
        [161] = "chroot",
        [137] = "statfs",
        [165] = "mount",
        [166] = "umount2",
        [170] = "sethostname",
        [171] = "setdomainname",
        [217] = "getdents64",
        [231] = "exit_group",
        [257] = "openat",
        [258] = "mkdirat",
        [259] = "mknodat",
        [260] = "fchownat",
        [263] = "unlinkat",
        [264] = "renameat",
        [265] = "linkat",
        [266] = "symlinkat",
        [267] = "readlinkat",
        [272] = "unshare",
        [289] = "signalfd4",
        [293] = "pipe2",
        [302] = "prlimit64",
        [308] = "setns",
        [319] = "memfd_create",
        [321] = "bpf",
        [322] = "execveat",
        [332] = "statx",
        [424] = "pidfd_send_signal",
        [428] = "open_tree",
        [429] = "move_mount",
        [430] = "fsopen",
        [431] = "fsconfig",
        [432] = "fsmount",
        [434] = "pidfd_open",
        [435] = "clone3",
        [436] = "close_range",
        [437] = "openat2",
        [439] = "faccessat2",
        [442] = "mount_setattr",
    };

    /// <summary>Null for calls that are not considered.</summary>
    public static string? Name(ulong number) => _names.GetValueOrDefault(number);

    /// <summary>The index of the path or name that distinguishes the call from others.</summary>
    public static int? TextArgument(string name) => name switch
    {
        "umount2" or "statfs" or "pivot_root" or "chroot" or "chdir" or "memfd_create" or "execve" or "fsopen" or "sethostname" or "setdomainname" => 0,
        "mount" or "openat" or "openat2" or "mkdirat" or "mknodat" or "fchownat" or "unlinkat" or "renameat" or "linkat" or "faccessat2" or "statx" or "readlinkat" or "open_tree" => 1,
        "symlinkat" or "fsconfig" => 2,
        "move_mount" => 3,
        _ => null,
    };
}
