// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Globalization;

namespace Runcs.Cli.Parsing;

/// <summary>Arguments, parsed by a table of flags.</summary>
/// <remarks>
/// The rules are those of Go's flag package as runc uses it, since engines rely on them: one dash equals two, a value
/// follows <c>=</c> or is the next argument in any form, and <c>--</c> ends the flags. Called as crun, whose rules are those of
/// getopt(3), letters behind one dash that are not a name are short flags, the last one possibly with its value: <c>-fr</c>,
/// <c>-b/bundle</c>.
/// </remarks>
internal sealed class Arguments
{
    private readonly List<(Flag Flag, string Value)> _given = [];
    private Func<bool>? _joinsLetters;

    /// <summary>The arguments that are not flags.</summary>
    public List<string> Positional { get; } = [];

    /// <summary>No flag was given.</summary>
    public bool HasNoFlags => _given.Count == 0;

    /// <summary>-h or --help was given; the arguments after it are not parsed.</summary>
    public bool WantsHelp { get; private set; }

    /// <param name="flagsComeFirst">The first argument that is not a flag ends them.</param>
    /// <param name="joinsLetters">Whether the rules are crun's; asked only where it matters.</param>
    /// <exception cref="UsageException"/>
    public static Arguments Parse(ReadOnlySpan<string> arguments, Flag[] flags, bool flagsComeFirst, Func<bool>? joinsLetters = null)
    {
        var result = new Arguments { _joinsLetters = joinsLetters };
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

    /// <summary>The later one of two flags; null if neither was given.</summary>
    public (string Name, string Value)? Last(string one, string other)
    {
        (string, string)? last = null;
        foreach ((Flag flag, string given) in _given)
            if (flag.Name == one || flag.Name == other) last = (flag.Name, given);
        return last;
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
            // The last two are crun's.
            WantsHelp = name is "help" or "h" or "?" or "usage";
            if (!WantsHelp && !TryAddLetters(arguments, ref at, flags)) throw new UsageException($"flag provided but not defined: -{name}") { UnknownFlag = name.ToString() };
            return;
        }
        Add(flag, name, value, arguments, ref at);
    }

    private void Add(Flag flag, ReadOnlySpan<char> name, string? value, ReadOnlySpan<string> arguments, ref int at)
    {
        if (flag.Kind == FlagKind.Switch) value = Switch(value ?? "true", name);
        else if (value == null && ++at == arguments.Length) throw new UsageException($"flag needs an argument: -{name}");
        else value ??= arguments[at];
        string? valid = flag.Kind switch
        {
            FlagKind.Number when !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => "a whole number",
            FlagKind.Duration when !Duration.TryParse(value, out _) => "a duration such as 500ms or 1m30s",
            _ => null,
        };
        if (valid != null) throw new UsageException($"invalid value \"{value}\" for flag -{name}: parse error: must be {valid}");
        _given.Add((flag, value));
    }

    private bool TryAddLetters(ReadOnlySpan<string> arguments, ref int at, Flag[] flags)
    {
        string argument = arguments[at];
        if (argument[1] == '-' || _joinsLetters == null || !_joinsLetters()) return false;
        int letters = 1;
        while (letters < argument.Length && Find(flags, argument.AsSpan(letters, 1)) is { } found)
        {
            letters++;
            if (found.Kind == FlagKind.Switch) continue;
            letters = argument.Length;
        }
        if (letters < argument.Length) return false;
        for (int i = 1; i < argument.Length; i++)
        {
            Flag flag = Find(flags, argument.AsSpan(i, 1))!;
            bool takesRest = flag.Kind != FlagKind.Switch && i + 1 < argument.Length;
            Add(flag, argument.AsSpan(i, 1), takesRest ? argument[(i + 1)..] : null, arguments, ref at);
            if (takesRest) break;
        }
        return true;
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
        _ => throw new UsageException($"invalid boolean value \"{value}\" for -{name}: parse error: must be true or false"),
    };
}
