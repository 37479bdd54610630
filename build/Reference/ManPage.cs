// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Cli;
using Runcs.Cli.Parsing;

namespace Runcs.Reference;

/// <summary>Manual pages in the macros of man(7), as man-pages(7) orders their sections.</summary>
internal sealed class ManPage
{
    private readonly StringBuilder _text = new();

    private ManPage(string title, string date) =>
        _text.Append($".\\\" SPDX-License-Identifier: Apache-2.0\n.\\\" Made by build/Reference from the table of commands.\n.TH {Escape(title.ToUpperInvariant())} 8 \"{date}\" \"runcs {Runcs.Cli.Version.Number}\" \"System Administration\"\n");

    public static string OfProgram(Flag[] globals, Verb[] verbs, string date)
    {
        var page = new ManPage("runcs", date);
        page.Section("NAME").Line("runcs \\- runs OCI containers");
        page.Section("SYNOPSIS").Line(".B runcs").Line("[\\fIglobal options\\fR] \\fIcommand\\fR [\\fIoptions\\fR] [\\fIarguments\\fR...]");
        page.Section("DESCRIPTION").Paragraph("runcs makes Linux containers from bundles, directories with a config.json and a root filesystem, as the runtime specification of the Open Container Initiative has it. Container engines call it; its commands, options and exit codes are runc's.");
        page.Section("COMMANDS");
        foreach (Verb verb in verbs) page.Line(".TP").Line($"\\fB{Escape(verb.Name)}\\fR").Paragraph($"{verb.Summary}: runcs-{verb.Name}(8)");
        page.Section("GLOBAL OPTIONS").Paragraph("They stand before the command. One dash is as good as two.").Flags("", globals);
        page.Section("EXIT STATUS").Tagged("0", "success").Tagged("1", "failure; the reason is in the log")
            .Tagged("3", "there is no such command").Tagged("255", "exec has failed");
        page.Paragraph("run and exec that wait for their program exit as it did, with 128 and the number of the signal if one killed it.");
        page.Section("FILES").Tagged("/run/runcs/ID", "the state of a container; for who is not root, $XDG_RUNTIME_DIR/runcs/ID");
        page.SeeAlso(verbs.Select(verb => verb.Name));
        return page._text.ToString();
    }

    public static string OfVerb(Verb verb, string date)
    {
        var page = new ManPage($"runcs-{verb.Name}", date);
        page.Section("NAME").Line($"runcs\\-{Escape(verb.Name)} \\- {Escape(verb.Summary)}");
        page.Section("SYNOPSIS");
        string options = verb.Flags.Any(flag => !flag.Hidden) ? " [\\fIoptions\\fR]" : "";
        page.Line(string.Join("\n.br\n", verb.Usage.Split(" | ").Select(usage =>
            $"\\fBruncs\\fR [\\fIglobal options\\fR] \\fB{Escape(verb.Name)}\\fR{options} {Escape(usage)}".TrimEnd())));
        page.Section("DESCRIPTION").Paragraph(verb.Description.Length > 0 ? verb.Description : $"{char.ToUpperInvariant(verb.Summary[0])}{verb.Summary[1..]}.");
        if (verb.Flags.Length > 0) page.Section("OPTIONS").Flags(verb.Name, verb.Flags);
        page.Section("EXIT STATUS").Paragraph(verb.Name is "run" or "exec"
            ? $"That of the program, 128 and the number of the signal if one killed it; {verb.FailureCode} if it could not be run; 0 with \\-\\-detach."
            : $"0 on success, {verb.FailureCode} on failure.");
        page.SeeAlso([]);
        return page._text.ToString();
    }

    private ManPage Section(string name) => Line($".SH {(name.Contains(' ') ? $"\"{name}\"" : name)}");

    private ManPage Line(string line)
    {
        _text.Append(line).Append('\n');
        return this;
    }

    // An empty line of the text begins a paragraph.
    private ManPage Paragraph(string text)
    {
        foreach (string line in text.Split('\n')) Line(line.Length == 0 ? ".PP" : Escape(line));
        return this;
    }

    private ManPage Tagged(string tag, string text) => Line(".TP").Line($"\\fB{Escape(tag)}\\fR").Paragraph(text);

    private ManPage Flags(string verb, Flag[] flags)
    {
        foreach (Flag flag in flags.Where(flag => !flag.Hidden))
        {
            FlagValue value = FlagValue.Of(verb, flag);
            string operand = value.Kind switch
            {
                ValueKind.None => "",
                ValueKind.Directory => " \\fIdirectory\\fR",
                ValueKind.File => " \\fIfile\\fR",
                ValueKind.Word when value.Words.Length < 5 => " " + string.Join('|', value.Words.Select(word => $"\\fI{word}\\fR")),
                _ => flag.Kind == FlagKind.Number ? " \\fInumber\\fR" : " \\fIvalue\\fR",
            };
            string names = flag.Alias == '\0' ? "" : $"\\fB\\-{flag.Alias}\\fR, ";
            Line(".TP").Line($"{names}\\fB\\-\\-{Escape(flag.Name)}\\fR{operand}");
            Paragraph(flag.Default == null ? flag.Description : $"{flag.Description} (default: {flag.Default})");
        }
        return this;
    }

    private void SeeAlso(IEnumerable<string> verbs)
    {
        Section("SEE ALSO");
        string[] pages = [.. verbs.Select(name => $".BR runcs\\-{Escape(name)} (8)"), ".BR runcs (8)", ".BR runc (8)"];
        if (pages.Length > 2) pages = [.. pages.Where(page => page != ".BR runcs (8)")];
        Line(string.Join(",\n", pages));
        Line(".PP").Line("https://github.com/opencontainers/runtime\\-spec");
    }

    // groff_char(7): a dash that is typed is \-, and a line must not begin with a dot or a quote.
    private static string Escape(string text)
    {
        text = text.Replace("\\-", "-", StringComparison.Ordinal).Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return text is ['.' or '\'', ..] ? "\\&" + text : text;
    }
}
