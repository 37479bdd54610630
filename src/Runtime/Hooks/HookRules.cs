// SPDX-License-Identifier: Apache-2.0
// config.md, "POSIX-platform Hooks": what a hook must be, checked before anything is made.
using System.Collections.Generic;
using Runcs.OciSpec;

namespace Runcs.Hooks;

/// <summary>What can be said of hooks without running them.</summary>
public static class HookRules
{
    /// <summary>Adds to <paramref name="errors"/> what is wrong, each with its JSON path.</summary>
    public static void Check(OciSpec.Hooks hooks, ICollection<string> errors)
    {
        Check("prestart", hooks.Prestart, errors);
        Check("createRuntime", hooks.CreateRuntime, errors);
        Check("createContainer", hooks.CreateContainer, errors);
        Check("startContainer", hooks.StartContainer, errors);
        Check("poststart", hooks.Poststart, errors);
        Check("poststop", hooks.Poststop, errors);
    }

    private static void Check(string kind, Hook[] hooks, ICollection<string> errors)
    {
        for (int i = 0; i < hooks.Length; i++)
        {
            if (!hooks[i].Path.StartsWith('/')) errors.Add($"hooks.{kind}[{i}].path: must be an absolute path, got \"{hooks[i].Path}\"");
            if (hooks[i].Timeout is <= 0 and { } timeout) errors.Add($"hooks.{kind}[{i}].timeout: must be greater than zero, got {timeout}");
        }
    }
}
