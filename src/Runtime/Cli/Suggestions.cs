// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Cli.Parsing;
using Runcs.OciSpec.Json;

namespace Runcs.Cli;

/// <summary>What a mistyped command line was probably meant to be.</summary>
internal static class Suggestions
{
    // "rnu": there are few commands, so that a near one is meant even if its name is short.
    private const int ShortestCommand = 3;

    public static string ForCommand(string program, string name) => NearName.Find(name, VerbTable.Names, ShortestCommand) is { } near
        ? $"did you mean \"{near}\"?"
        : $"\"{program} help\" prints the commands";

    /// <param name="name">Without its dashes.</param>
    /// <param name="verb">The command before the flag; null if it comes before the command.</param>
    /// <returns>Begins with a colon; empty if there is nothing near.</returns>
    public static string ForFlag(string name, Verb? verb)
    {
        if (verb != null && Array.Exists(GlobalFlags.Define(), flag => flag.IsCalled(name)))
            return $": it is a global option, which comes before \"{verb.Name}\"";
        if (verb == null && Array.Find(VerbTable.Names, command => Array.Exists(VerbTable.Find(command)!.Flags, flag => flag.IsCalled(name))) is { } owner)
            return $": it is an option of commands such as \"{owner}\", which comes after the command";
        Flag[] shown = Array.FindAll(verb?.Flags ?? GlobalFlags.Define(), static flag => !flag.Hidden);
        return NearName.Find(name, Array.ConvertAll(shown, static flag => flag.Name)) is { } near ? $": did you mean --{near}?" : "";
    }
}
