// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;

namespace Runcs.Seccomp;

/// <summary>The actions of a profile as return values of a filter (SECCOMP_RET_* of linux/seccomp.h).</summary>
internal static class SeccompAction
{
    internal const uint RetKillProcess = 0x80000000, RetKillThread = 0, RetTrap = 0x30000, RetErrno = 0x50000,
        RetUserNotif = 0x7fc00000, RetTrace = 0x7ff00000, RetLog = 0x7ffc0000, RetAllow = 0x7fff0000;

    /// <summary>All names, in order, for <c>features</c>.</summary>
    internal static readonly string[] Names =
    [
        LinuxSeccompAction.Allow, LinuxSeccompAction.Errno, LinuxSeccompAction.Kill, LinuxSeccompAction.KillProcess,
        LinuxSeccompAction.KillThread, LinuxSeccompAction.Log, LinuxSeccompAction.Notify, LinuxSeccompAction.Trace,
        LinuxSeccompAction.Trap,
    ];

    /// <summary>The return value without its data; null for an unknown name.</summary>
    internal static uint? Find(string name) => name switch
    {
        LinuxSeccompAction.Allow => RetAllow,
        LinuxSeccompAction.Errno => RetErrno,
        // The kernel's first action, older than the one for the whole process.
        LinuxSeccompAction.Kill or LinuxSeccompAction.KillThread => RetKillThread,
        LinuxSeccompAction.KillProcess => RetKillProcess,
        LinuxSeccompAction.Log => RetLog,
        LinuxSeccompAction.Notify => RetUserNotif,
        LinuxSeccompAction.Trace => RetTrace,
        LinuxSeccompAction.Trap => RetTrap,
        _ => null,
    };

    /// <summary>Whether the action carries a number: an errno, or a message for the tracer.</summary>
    internal static bool TakesValue(uint action) => action is RetErrno or RetTrace;

    /// <summary>
    /// Whether a default of this action lets calls through: then calls newer than the profile need no special action. A
    /// tracer may know them, so its action counts as well; as runc.
    /// </summary>
    internal static bool LetsThrough(uint action) => action is RetAllow or RetLog || (action & 0xffff0000) == RetTrace;
}
