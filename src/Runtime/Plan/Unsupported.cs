// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.OciSpec;

namespace Runcs.Plan;

/// <summary>
/// What config.json can ask for and runcs does not do yet: refused by its path, so that nothing is silently dropped.
/// docs/not-supported-yet.md is the user's side of this list.
/// </summary>
public static class Unsupported
{
    /// <param name="problems">Gets one line for each such field that is set.</param>
    public static void Check(Config config, List<string> problems)
    {
        if (config.Process is { } process)
        {
            Refuse(process.ApparmorProfile.Length > 0, "process.apparmorProfile", problems);
            Refuse(process.SelinuxLabel.Length > 0, "process.selinuxLabel", problems);
            Refuse(process.Scheduler != null, "process.scheduler", problems);
            Refuse(process.IOPriority != null, "process.ioPriority", problems);
            Refuse(process.ExecCPUAffinity != null, "process.execCPUAffinity", problems);
        }
        if (config.Linux is not { } linux) return;
        Refuse(linux.NetDevices.Count > 0, "linux.netDevices", problems);
        Refuse(linux.Seccomp != null, "linux.seccomp", problems);
        Refuse(linux.IntelRdt != null, "linux.intelRdt", problems);
        Refuse(linux.MemoryPolicy != null, "linux.memoryPolicy", problems);
        Refuse(linux.Personality != null, "linux.personality", problems);
    }

    private static void Refuse(bool isSet, string path, List<string> problems)
    {
        if (isSet) problems.Add($"{path}: not supported yet");
    }
}
