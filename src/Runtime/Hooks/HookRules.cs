// SPDX-License-Identifier: Apache-2.0
// config.md, "POSIX-platform Hooks": the requirements on hooks, checked before anything is created.
using System.Collections.Generic;
using Runcs.OciSpec;

namespace Runcs.Hooks;

/// <summary>Checks of hooks that do not run them.</summary>
public static class HookRules
{
    /// <summary>Adds the errors to <paramref name="errors"/>, each with its JSON path.</summary>
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
