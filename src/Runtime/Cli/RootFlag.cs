// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Containers.Storage;
using Runcs.Native;

namespace Runcs.Cli;

/// <summary>--root, or the root directory without it.</summary>
internal static class RootFlag
{
    public const string Name = "root";

    /// <summary>The path in the flag, absolute; null without it.</summary>
    /// <exception cref="RuncsException"/>
    public static string? Given(Arguments global)
    {
        string? given = global.Get(Name);
        if (given == null) return null;
        string root = given.Length == 0 ? throw RuncsException.At("--root", "must not be empty") : AbsolutePath.Of(given);
        // Containers are removed as directories of the root: with / these would be /etc and /home.
        return root == "/" ? throw new RuncsException("option --root must not be /") : root;
    }

    /// <summary>Why create would refuse the root directory; null if it would not.</summary>
    public static string? Problem(Arguments global)
    {
        try
        {
            Judged(global);
            return null;
        }
        catch (RuncsException e)
        {
            return e.Message;
        }
    }

    /// <exception cref="RuncsException">There is none, or it cannot be trusted.</exception>
    public static string Judged(Arguments global)
    {
        if (Given(global) is { } given)
        {
            RootDirectory.Judge(given, "--root");
            return given;
        }
        string root = DefaultRoot.Find() ?? throw DefaultRoot.Missing();
        try
        {
            RootDirectory.Judge(root, DefaultRoot.Source(root));
            return root;
        }
        catch (RuncsException e)
        {
            throw e.WithHint("set XDG_RUNTIME_DIR to the caller's own directory, or give --root");
        }
    }
}
