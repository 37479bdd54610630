// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Cli;
using Runcs.Cli.Parsing;

namespace Runcs.Reference;

/// <summary>A completion for fish (complete(1) of fish).</summary>
internal static class FishCompletion
{
    public static string Write(Flag[] globals, Verb[] verbs)
    {
        string[] valued = [.. globals.Where(flag => flag.Kind != FlagKind.Switch).Select(flag => flag.Name)];
        var text = new StringBuilder($$"""
            # SPDX-License-Identifier: Apache-2.0
            # runcs(8) for fish. Made by build/Reference from the table of commands.

            # The command, what follows it, and the root.
            function __runcs_line
                set -l skip
                set -l verb
                set -l root
                set -l given 0
                for word in (commandline -opc)[2..-1]
                    if test -n "$skip"
                        test "$skip" = root; and set root $word
                        set skip
                    else if test -n "$verb"
                        string match -q -- '-*' $word; or set given (math $given + 1)
                    else if string match -qr -- '^--?({{string.Join('|', valued)}})$' $word
                        set skip (string trim -l -c - -- $word)
                    else if string match -qr -- '^--?root=' $word
                        set root (string replace -r -- '^--?root=' '' $word)
                    else if not string match -q -- '-*' $word
                        set verb $word
                    end
                end
                echo $verb
                echo $given
                echo $root
            end

            function __runcs_is
                test "$argv[1]" = (__runcs_line)[1]
            end

            function __runcs_is_at
                set -l line (__runcs_line)
                test "$argv[1]" = "$line[1]"; and test "$argv[2]" = "$line[2]"
            end

            function __runcs_ids
                set -l line (__runcs_line)
                set -l root
                test -n "$line[3]"; and set root --root $line[3]
                runcs $root list --quiet 2>/dev/null
            end

            complete -c runcs -f

            """);
        Append(text, "", globals);
        foreach (Verb verb in verbs)
        {
            text.Append($"complete -c runcs -n \"__runcs_is ''\" -a {verb.Name} -d {Quote(verb.Summary)}\n");
            Append(text, verb.Name, verb.Flags);
            if (FlagValue.TakesId(verb)) text.Append($"complete -c runcs -n '__runcs_is_at {verb.Name} 0' -a '(__runcs_ids)'\n");
            if (verb.Name == "kill") text.Append($"complete -c runcs -n '__runcs_is_at kill 1' -a '{string.Join(' ', FlagValue.Signals)}'\n");
        }
        text.Append("complete -c runcs -n \"__runcs_is ''\" -a help -d 'show the commands, or the help of one'\n");
        text.Append($"complete -c runcs -n '__runcs_is_at help 0' -a '{string.Join(' ', verbs.Select(verb => verb.Name))}'\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string verb, Flag[] flags)
    {
        foreach (Flag flag in flags.Where(flag => !flag.Hidden))
        {
            FlagValue value = FlagValue.Of(verb, flag);
            string alias = flag.Alias == '\0' ? "" : $" -s {flag.Alias}";
            string operand = value.Kind switch
            {
                ValueKind.None => "",
                ValueKind.Directory => " -x -a '(__fish_complete_directories)'",
                ValueKind.File => " -r -F",
                ValueKind.Word => $" -x -a '{string.Join(' ', value.Words)}'",
                _ => " -x",
            };
            text.Append($"complete -c runcs -n \"__runcs_is '{verb}'\" -l {flag.Name}{alias}{operand} -d {Quote(flag.Description)}\n");
        }
    }

    private static string Quote(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
