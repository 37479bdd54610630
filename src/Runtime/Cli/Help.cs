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
               {program} [global options] command [command options] [arguments...]

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
        var text = new StringBuilder($"NAME:\n   {program} {verb.Name} - {verb.Summary}\n\nUSAGE:\n   {program} {verb.Name}");
        if (verb.Flags.Length > 0) text.Append(" [command options]");
        if (verb.Usage.Length > 0) text.Append(' ').Append(verb.Usage);
        text.Append('\n');
        if (verb.Description.Length > 0) text.Append("\nDESCRIPTION:\n   ").Append(verb.Description.Replace("\n", "\n   ").Replace("\n   \n", "\n\n")).Append('\n');
        text.Append("\nOPTIONS:\n");
        AppendFlags(text, [.. verb.Flags, HelpFlag]);
        return text.ToString();
    }

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
