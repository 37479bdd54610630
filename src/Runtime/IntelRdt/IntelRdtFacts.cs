// SPDX-License-Identifier: Apache-2.0
// Documentation/filesystems/resctrl.rst (arch/x86/resctrl.rst before Linux 6.16)
using System;
using Runcs.Native;

namespace Runcs.IntelRdt;

/// <summary>The host's resctrl file system; read only if the config uses it.</summary>
/// <param name="Root">The mount point; "" if there is none.</param>
public sealed record IntelRdtFacts(string Root)
{
    // The kernel creates this directory for resctrl, but it may be mounted elsewhere.
    private const string Usual = "/sys/fs/resctrl";

    /// <exception cref="RuncsException"/>
    public static IntelRdtFacts Read()
    {
        if (!Files.TryAccessAt(Files.AT_FDCWD, Usual + "/schemata", 0).IsError) return new IntelRdtFacts(Usual);
        return new IntelRdtFacts(FindMount(Files.ReadTextAt(Files.AT_FDCWD, "/proc/thread-self/mountinfo")));
    }

    /// <param name="mountinfo">/proc/self/mountinfo (proc_pid_mountinfo(5)).</param>
    internal static string FindMount(string mountinfo)
    {
        foreach (string line in mountinfo.Split('\n'))
        {
            int separator = line.IndexOf(" - resctrl ", StringComparison.Ordinal);
            string[] words = separator < 0 ? [] : line[..separator].Split(' ');
            // A space in the path is written as \040: such a mount point is not supported.
            if (words.Length >= 5 && words[3] == "/") return words[4];
        }
        return "";
    }
}
