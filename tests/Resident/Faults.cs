// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Resident;

/// <summary>Deliberate leaks: a census that does not show them would prove nothing.</summary>
internal static class Faults
{
    public static void Make(string name)
    {
        switch (name)
        {
            case "umask": FileNodes.Umask(0); break;
            case "affinity": Sched.TrySetAffinity([1]); break;
            case "descriptor": Files.Open("/", OpenFlags.O_PATH).Release(); break;
            case "mask": Signals.Block(default(Signals.Set).With(Processes.SIGTERM)); break;
            case "disposition": Signals.SetDefault(Processes.SIGPIPE); break;
            case "directory": Processes.TryChdir("/proc"); break;
            case "namespace": Processes.TryUnshare(CloneFlags.CLONE_NEWUTS); break;
            case "subreaper": Processes.TryPrctl(Processes.PR_SET_CHILD_SUBREAPER, 1); break;
            case "child":
                Processes.TryClone(0, -1, out int pid, out Fd? pidfd);
                if (pid == 0) Processes.Exit(0);
                pidfd?.Dispose();
                break;
            default: throw new ArgumentException(name);
        }
    }
}
