// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Cli;
using Runcs.Cli.Parsing;

namespace Runcs.Reference;

/// <summary>A completion for zsh (zshcompsys(1)).</summary>
internal static class ZshCompletion
{
    public static string Write(Flag[] globals, Verb[] verbs)
    {
        var text = new StringBuilder("#compdef runcs\n# SPDX-License-Identifier: Apache-2.0\n# runcs(8) for zsh. Made by build/Reference from the table of commands.\n\n");
        text.Append("_runcs_ids() {\n    local -a ids\n    ids=(${(f)\"$(_call_program ids runcs ${root:+--root ${(q)root}} list --quiet 2> /dev/null)\"})\n    compadd \"$@\" -a ids\n}\n\n");
        text.Append("_runcs_commands() {\n    local -a commands\n    commands=(\n");
        foreach (Verb verb in verbs) text.Append($"        {Quote($"{verb.Name}:{verb.Summary.Replace(":", "\\:", StringComparison.Ordinal)}")}\n");
        text.Append("        'help:show the commands, or the help of one'\n    )\n    _describe -t commands command commands \"$@\"\n}\n\n");
        text.Append("_runcs() {\n    local curcontext=\"$curcontext\" state root ret=1\n    local -a line\n    typeset -A opt_args\n    _arguments -C -S \\\n");
        Append(text, "", globals, "        ");
        text.Append("        '1:command:_runcs_commands' \\\n        '*:: :->arguments' && ret=0\n    [[ $state == arguments ]] || return ret\n    root=${opt_args[--root]}\n    case $line[1] in\n");
        foreach (Verb verb in verbs)
        {
            text.Append($"        {verb.Name})\n            _arguments -S \\\n");
            Append(text, verb.Name, verb.Flags, "                ");
            if (FlagValue.TakesId(verb)) text.Append("                '1:container:_runcs_ids' \\\n");
            if (verb.Name == "kill") text.Append($"                '2:signal:({string.Join(' ', FlagValue.Signals)})' \\\n");
            text.Append("                && ret=0 ;;\n");
        }
        text.Append("        help) _arguments '1:command:_runcs_commands' && ret=0 ;;\n    esac\n    return ret\n}\n\n_runcs \"$@\"\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string verb, Flag[] flags, string indent)
    {
        foreach (Flag flag in flags.Where(flag => !flag.Hidden))
        {
            FlagValue value = FlagValue.Of(verb, flag);
            string description = $"[{flag.Description.Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal)}]";
            string action = value.Kind switch
            {
                ValueKind.None => "",
                ValueKind.Directory => ":directory:_files -/",
                ValueKind.File => ":file:_files",
                ValueKind.Word => $":value:({string.Join(' ', value.Words)})",
                _ => ":value: ",
            };
            string equals = value.Kind == ValueKind.None ? "" : "=", repeats = flag.Kind == FlagKind.List ? "*" : "";
            if (flag.Alias == '\0') text.Append($"{indent}{Quote($"{repeats}--{flag.Name}{equals}{description}{action}")} \\\n");
            else text.Append($"{indent}{(repeats.Length > 0 ? "'*'" : $"'(-{flag.Alias} --{flag.Name})'")}{{-{flag.Alias},--{flag.Name}{equals}}}{Quote(description + action)} \\\n");
        }
        text.Append($"{indent}'(-h --help)'{{-h,--help}}'[show help]' \\\n");
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
