// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Native.ExecStage;

/// <summary>What a row is for: the number that a report carries when the row fails.</summary>
public enum StageStep : ushort
{
    None,
    Dumpable,
    Name,
    Descriptors,
    Setns,
    Clone,
    Session,
    Terminal,
    MemoryCgroup,
    Umask,
    Setgroups,
    KeepCapabilities,
    BoundingSet,
    Setgid,
    Setuid,
    WorkingDirectory,
    NoNewPrivileges,
    Capset,
    Ambient,
    FindProgram,
    ProgramAccess,
    Survival,
    Ready,
    Wait,
    Execve,
    Apparmor,
    Selinux,
    MemoryPolicy,
    Personality,
    Seccomp,
    Keyring,
    Chroot,

    /// <summary>Number n of the limits of setrlimit(2) is this value plus n.</summary>
    FirstLimit = 900,

    /// <summary>Child process number n of those that run before the program is this value plus n.</summary>
    FirstChild = 1000,
}
