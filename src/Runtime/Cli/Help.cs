// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Cli.Parsing;

namespace Runcs.Cli;

/// <summary>Help texts, generated from the table of commands in runc's layout.</summary>
internal static class Help
{
    public static string OfProgram(string program)
    {
        var text = new StringBuilder($"""
            NAME:
               {program} - runs OCI containers

            USAGE:
               {UsageOfProgram(program)}

            VERSION:
               {Version.Number}

            COMMANDS:

            """);
        int width = 0;
        foreach (string name in VerbTable.Names) width = Math.Max(width, name.Length);
        foreach (string name in VerbTable.Names) text.Append($"   {name.PadRight(width)}  {VerbTable.Find(name)!.Summary}\n");
        text.Append($"   {"help, h".PadRight(width)}  show the commands, or help for one\n\nGLOBAL OPTIONS:\n");
        AppendFlags(text, [.. GlobalFlags.Define(), HelpFlag]);
        return text.ToString();
    }

    public static string OfVerb(string program, Verb verb)
    {
        var text = new StringBuilder($"NAME:\n   {program} {verb.Name} - {verb.Summary}\n\nUSAGE:\n   {UsageOf(program, verb)}\n");
        if (verb.Description.Length > 0) text.Append("\nDESCRIPTION:\n   ").Append(verb.Description.Replace("\n", "\n   ").Replace("\n   \n", "\n\n")).Append('\n');
        text.Append("\nOPTIONS:\n");
        AppendFlags(text, [.. verb.Flags, HelpFlag]);
        return text.ToString();
    }

    /// <summary>How to write the command line, and the command that prints the rest: a whole page would hide the error.</summary>
    /// <param name="verb">Null for the program itself.</param>
    public static string Brief(string program, Verb? verb) => verb == null
        ? $"USAGE:\n   {UsageOfProgram(program)}\n\n\"{program} help\" prints the commands and the global options.\n"
        : $"USAGE:\n   {UsageOf(program, verb)}\n\n\"{program} {verb.Name} --help\" prints the options.\n";

    private static string UsageOfProgram(string program) => $"{program} [global options] command [command options] [arguments...]";

    private static string UsageOf(string program, Verb verb) =>
        $"{program} {verb.Name}{(verb.Flags.Length > 0 ? " [command options]" : "")}{(verb.Usage.Length > 0 ? " " : "")}{verb.Usage}";

    private static Flag HelpFlag => new(FlagKind.Switch, "help", "show help", 'h');

    private static void AppendFlags(StringBuilder text, Flag[] flags)
    {
        int width = 0;
        foreach (Flag flag in flags)
            if (!flag.Hidden) width = Math.Max(width, Spelling(flag).Length);
        foreach (Flag flag in flags)
        {
            if (flag.Hidden) continue;
            text.Append("   ").Append(Spelling(flag).PadRight(width)).Append("  ").Append(flag.Description);
            if (flag.Default != null) text.Append($" (default: {flag.Default})");
            text.Append('\n');
        }
    }

    private static string Spelling(Flag flag)
    {
        string value = flag.Kind == FlagKind.Switch ? "" : " value";
        return flag.Alias == '\0' ? $"--{flag.Name}{value}" : $"--{flag.Name}{value}, -{flag.Alias}{value}";
    }
}
