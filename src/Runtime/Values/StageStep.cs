// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Values;

/// <summary>The purpose of a row of the exec stage: the number that a report carries when the row fails.</summary>
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
    Signals,
    Affinity,

    /// <summary>A signal ended the stage: the report has its number in place of an errno.</summary>
    Ended,

    /// <summary>The base of the limits of setrlimit(2): limit n is this value plus n.</summary>
    FirstLimit = 900,

    /// <summary>The base of the child processes that run before the program: child n is this value plus n.</summary>
    FirstChild = 1000,

    /// <summary>
    /// The base of the same children, for those that did not end with exit code 0: the report has their wait status
    /// (wait(2)) in place of an errno.
    /// </summary>
    FirstChildStatus = 0x8000,
}
