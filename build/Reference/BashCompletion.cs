// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Cli;
using Runcs.Cli.Parsing;

namespace Runcs.Reference;

/// <summary>A completion for bash (bash(1), "Programmable Completion") that needs nothing but bash itself.</summary>
internal static class BashCompletion
{
    private const string Body = """

        # Words of the line, with "--flag=value" in one: bash splits at the sign (COMP_WORDBREAKS).
        _runcs_words() {
            local i word joins=''
            words=()
            for ((i = 0; i <= COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                if [[ -n $joins || ($word == = && ${words[-1]-} == -*) ]]; then
                    words[-1]+=$word
                    joins=
                    [[ $word != = ]] || joins=yes
                else
                    words+=("$word")
                fi
            done
        }

        _runcs_words_of() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2"); }

        _runcs_paths() {
            mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
            compopt -o filenames 2> /dev/null
        }

        _runcs() {
            local words verb='' root='' flag='' given=0 i name cur
            _runcs_words
            cur=${words[-1]}
            for ((i = 1; i < ${#words[@]} - 1; i++)); do
                name=${words[i]#-}
                name=${name#-}
                if [[ -n $flag ]]; then
                    [[ $flag != root ]] || root=${words[i]}
                    flag=
                elif [[ ${words[i]} == -*=* ]]; then
                    [[ $name != root=* ]] || root=${name#root=}
                elif [[ ${words[i]} == -* ]]; then
                    [[ " $(_runcs_valued "$verb") " != *" $name "* ]] || flag=$name
                elif [[ -z $verb ]]; then
                    verb=${words[i]}
                else
                    given=$((given + 1))
                fi
            done
            COMPREPLY=()
            if [[ -n $flag ]]; then
                _runcs_value "$verb" "$flag" "$cur"
            elif [[ $cur == -*=* ]]; then
                name=${cur%%=*}
                name=${name#-}
                _runcs_value "$verb" "${name#-}" "${cur#*=}"
            elif [[ $cur == -* ]]; then
                _runcs_words_of "$(_runcs_flags "$verb")" "$cur"
            elif [[ -z $verb ]]; then
                _runcs_words_of "$(_runcs_verbs)" "$cur"
            elif [[ $verb == help && $given == 0 ]]; then
                _runcs_words_of "$(_runcs_verbs)" "$cur"
            elif [[ $given == 0 && " $(_runcs_with_id) " == *" $verb "* ]]; then
                _runcs_words_of "$("${words[0]}" ${root:+--root "$root"} list --quiet 2> /dev/null)" "$cur"
            elif [[ $given == 1 && $verb == kill ]]; then
                _runcs_words_of "$(_runcs_signals)" "$cur"
            fi
        }

        complete -F _runcs runcs

        """;

    public static string Write(Flag[] globals, Verb[] verbs)
    {
        var text = new StringBuilder("# SPDX-License-Identifier: Apache-2.0\n# shellcheck shell=bash\n# runcs(8) for bash. Made by build/Reference from the table of commands.\n\n");
        text.Append($"_runcs_verbs() {{ echo '{string.Join(' ', verbs.Select(verb => verb.Name))} help'; }}\n\n");
        text.Append($"_runcs_with_id() {{ echo '{string.Join(' ', verbs.Where(FlagValue.TakesId).Select(verb => verb.Name))}'; }}\n\n");
        text.Append($"_runcs_signals() {{ echo '{string.Join(' ', FlagValue.Signals)}'; }}\n\n");
        (string Name, Flag[] Flags)[] tables = [("", globals), .. verbs.Select(verb => (verb.Name, verb.Flags))];
        Function("_runcs_flags", flag => [.. Shown(flag)]);
        Function("_runcs_valued", flag => flag.Kind == FlagKind.Switch ? [] : flag.Alias == '\0' ? [flag.Name] : [flag.Name, flag.Alias.ToString()]);

        text.Append("_runcs_value() {\n    case $1:$2 in\n");
        foreach (var group in tables.SelectMany(table => table.Flags.Select(flag => (table.Name, Flag: flag, Value: FlagValue.Of(table.Name, flag))))
            .Where(row => row.Value.Kind is ValueKind.Directory or ValueKind.File or ValueKind.Word).GroupBy(row => Action(row.Value)))
        {
            string patterns = string.Join(" | ", group.SelectMany(row => row.Flag.Alias == '\0' ? (string[])[$"{row.Name}:{row.Flag.Name}"] : [$"{row.Name}:{row.Flag.Name}", $"{row.Name}:{row.Flag.Alias}"]));
            text.Append($"        {patterns}) {group.Key} ;;\n");
        }
        text.Append("    esac\n}\n");
        return text.Append(Body).ToString();

        void Function(string name, Func<Flag, string[]> words)
        {
            text.Append($"{name}() {{\n    case $1 in\n");
            foreach ((string verb, Flag[] flags) in tables)
            {
                string list = string.Join(' ', flags.SelectMany(words));
                if (name == "_runcs_flags") list = $"{list} --help -h".TrimStart();
                if (list.Length > 0) text.Append($"        {(verb.Length == 0 ? "''" : verb)}) echo '{list}' ;;\n");
            }
            text.Append("    esac\n}\n\n");
        }
    }

    private static string Action(FlagValue value) => value.Kind switch
    {
        ValueKind.Directory => "_runcs_paths -d \"$3\"",
        ValueKind.File => "_runcs_paths -f \"$3\"",
        _ => $"_runcs_words_of '{string.Join(' ', value.Words)}' \"$3\"",
    };

    private static IEnumerable<string> Shown(Flag flag) => flag.Hidden ? [] : flag.Alias == '\0' ? [$"--{flag.Name}"] : [$"--{flag.Name}", $"-{flag.Alias}"];
}
