// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Cli.Parsing;
using Runcs.Containers.Commands;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Cli.Verbs;

/// <summary>crun's <c>--regex</c>: a command on all containers whose id matches an extended regular expression (regex(7)).</summary>
internal static class MatchingContainers
{
    public const string FlagName = "regex";

    public static Flag Flag => new(FlagKind.Switch, FlagName, "the id is an extended regular expression, and the command is for every container whose id it matches", 'r');

    /// <summary>As with crun none need match, and a container for which the command fails causes a warning.</summary>
    /// <exception cref="RuncsException">The expression is not valid, or the containers cannot be listed.</exception>
    public static void ForEach(Invocation call, Action<string> command)
    {
        using RegularExpression expression = RegularExpression.Compile(call.Id);
        foreach (string id in ListCommand.Ids(call.Root, rootMayBeMissing: call.Global.Get(RootFlag.Name) == null))
        {
            if (!expression.Matches(id)) continue;
            try
            {
                command(id);
            }
            catch (RuncsException e)
            {
                Log.Warn($"{id}: {e.Message}");
            }
        }
    }
}
