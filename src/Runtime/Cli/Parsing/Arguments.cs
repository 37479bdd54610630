// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Globalization;

namespace Runcs.Cli.Parsing;

/// <summary>Arguments, parsed by a table of flags.</summary>
/// <remarks>
/// The rules are those of Go's flag package as runc uses it, since engines rely on them: one dash equals two, a value
/// follows <c>=</c> or is the next argument in any form, and <c>--</c> ends the flags.
/// </remarks>
internal sealed class Arguments
{
    private readonly List<(Flag Flag, string Value)> _given = [];

    /// <summary>The arguments that are not flags.</summary>
    public List<string> Positional { get; } = [];

    /// <summary>-h or --help was given; the arguments after it are not parsed.</summary>
    public bool WantsHelp { get; private set; }

    /// <param name="flagsComeFirst">The first argument that is not a flag ends them.</param>
    /// <exception cref="UsageException"/>
    public static Arguments Parse(ReadOnlySpan<string> arguments, Flag[] flags, bool flagsComeFirst)
    {
        var result = new Arguments();
        for (int at = 0; at < arguments.Length; at++)
        {
            string argument = arguments[at];
            if (argument == "--")
            {
                result.AddPositional(arguments[(at + 1)..]);
                break;
            }
            if (argument.Length < 2 || argument[0] != '-')
            {
                if (flagsComeFirst)
                {
                    result.AddPositional(arguments[at..]);
                    break;
                }
                result.Positional.Add(argument);
                continue;
            }
            result.AddFlag(arguments, ref at, flags);
            if (result.WantsHelp) break;
        }
        return result;
    }

    /// <summary>The last value given; null if there is none.</summary>
    public string? Get(string name)
    {
        string? value = null;
        foreach ((Flag flag, string given) in _given)
            if (flag.Name == name) value = given;
        return value;
    }

    /// <summary>All values given, in order.</summary>
    public string[] All(string name)
    {
        var values = new List<string>();
        foreach ((Flag flag, string given) in _given)
            if (flag.Name == name) values.Add(given);
        return [.. values];
    }

    /// <summary>The switch was given, and not as false.</summary>
    public bool Has(string name) => Get(name) == "true";

    /// <summary>The last number given, else 0.</summary>
    public int Number(string name) => Get(name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : 0;

    private void AddPositional(ReadOnlySpan<string> rest)
    {
        foreach (string argument in rest) Positional.Add(argument);
    }

    private void AddFlag(ReadOnlySpan<string> arguments, ref int at, Flag[] flags)
    {
        string argument = arguments[at];
        ReadOnlySpan<char> name = argument.AsSpan(argument.StartsWith("--", StringComparison.Ordinal) ? 2 : 1);
        if (name[0] is '-' or '=') throw new UsageException($"bad flag syntax: {argument}");
        int equals = name.IndexOf('=');
        string? value = equals < 0 ? null : name[(equals + 1)..].ToString();
        if (equals >= 0) name = name[..equals];

        Flag? flag = Find(flags, name);
        if (flag == null)
        {
            if (name is not ("help" or "h")) throw new UsageException($"flag provided but not defined: -{name}");
            WantsHelp = true;
            return;
        }
        if (flag.Kind == FlagKind.Switch) value = Switch(value ?? "true", name);
        else if (value == null && ++at == arguments.Length) throw new UsageException($"flag needs an argument: -{name}");
        else value ??= arguments[at];
        if ((flag.Kind == FlagKind.Number && !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            || (flag.Kind == FlagKind.Duration && !Duration.TryParse(value, out _)))
            throw new UsageException($"invalid value \"{value}\" for flag -{name}: parse error");
        _given.Add((flag, value));
    }

    private static Flag? Find(Flag[] flags, ReadOnlySpan<char> name)
    {
        foreach (Flag flag in flags)
            if (flag.IsCalled(name)) return flag;
        return null;
    }

    // The spellings of Go's strconv.ParseBool.
    private static string Switch(string value, ReadOnlySpan<char> name) => value switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => "true",
        "0" or "f" or "F" or "false" or "FALSE" or "False" => "false",
        _ => throw new UsageException($"invalid boolean value \"{value}\" for -{name}: parse error"),
    };
}
