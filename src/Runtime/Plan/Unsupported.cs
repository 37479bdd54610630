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
        if (config.Linux is not { } linux) return;
        Refuse(linux.Seccomp != null, "linux.seccomp", problems);
    }

    private static void Refuse(bool isSet, string path, List<string> problems)
    {
        if (isSet) problems.Add($"{path}: not supported yet");
    }
}
