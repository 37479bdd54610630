// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Seccomp;

/// <summary>Flags of a profile and their values for seccomp(2).</summary>
internal static class SeccompFlags
{
    internal const uint Log = 2, SpecAllow = 4, NewListener = 8, WaitKillableRecv = 32;

    /// <summary>All names, for <c>features</c>.</summary>
    internal static readonly string[] Names =
    [
        "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
    ];

    /// <summary>The kernel's bit; null for an unknown name.</summary>
    internal static uint? Find(string name) => name switch
    {
        // For a process with several threads; the exec stage has one.
        "SECCOMP_FILTER_FLAG_TSYNC" => 0,
        "SECCOMP_FILTER_FLAG_LOG" => Log,
        "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => SpecAllow,
        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => WaitKillableRecv,
        _ => null,
    };
}
