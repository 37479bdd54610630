// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// Runs the runtime under a seccomp filter that refuses system calls, like an outer container's older filter that does
/// not list them.
/// </summary>
public static class Refusal
{
    private static readonly Dictionary<string, int> Errors = new() { ["EPERM"] = 1, ["EBUSY"] = 16, ["ENOSYS"] = 38 };

    private static readonly Dictionary<string, int> Numbers = new()
    {
        ["clone3"] = 435,
        ["close_range"] = 436,
        ["faccessat2"] = 439,
        ["fsconfig"] = 431,
        ["fsmount"] = 432,
        ["fsopen"] = 430,
        ["keyctl"] = 250,
        ["mount_setattr"] = 442,
        ["move_mount"] = 429,
        ["open_tree"] = 428,
        ["openat2"] = 437,
        ["pidfd_open"] = 434,
        ["pidfd_send_signal"] = 424,
        ["sched_setaffinity"] = 203,
    };

    /// <summary>The calls that a filter of 2019 does not list.</summary>
    public static IReadOnlyList<string> Newer { get; } =
        ["clone3", "close_range", "faccessat2", "fsconfig", "fsmount", "fsopen", "mount_setattr", "move_mount", "open_tree", "openat2", "pidfd_open", "pidfd_send_signal"];

    /// <summary>A value for <see cref="RuntimeUnderTest.Tracer"/>.</summary>
    /// <param name="error">ENOSYS, EPERM as older filters return, or EBUSY.</param>
    /// <param name="calls">Names of system calls.</param>
    public static IReadOnlyList<string> Of(string error, params IReadOnlyList<string> calls) =>
        [Path.Combine(AppContext.BaseDirectory, "refuse"), $"{Errors[error]}", .. calls.Select(call => $"{Numbers[call]}"), "--"];
}
