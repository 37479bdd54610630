// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Runcs.Integration;

/// <summary>
/// Commands that a page of the documentation shows to its reader: a fenced block of the language sh. A comment before it
/// names the machines to run it on, &lt;!-- run: KIND, KIND --&gt; (<c>machine.sh</c> has the kinds), optionally with the
/// beginning of lines to omit and the reason, &lt;!-- run: KIND; not "docker pull": REASON --&gt;; or the reason not to
/// run it, &lt;!-- not run: REASON --&gt;.
/// </summary>
internal sealed partial record ShellBlock(string Page, int Line, string? Mark, string[] Lines)
{
    private static readonly string[] _programs =
        ["./build.sh", "out/runcs", "runcs", "docker", "ctr", "podman", "nerdctl", "crictl", "systemctl", "unshare", "apt-get", "mkdir", "tests/Conformance/runtime-tools.sh", "tests/Integration/bin/Release/net10.0/Integration"];

    /// <summary>All pages of the documentation.</summary>
    public static IEnumerable<string> Pages =>
        new[] { "", "docs", "tests" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", folder.Length == 0 ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
            .Where(page => !page.Contains("/bin/", StringComparison.Ordinal)).Select(page => Path.GetRelativePath(Repository.Root, page)).Order(StringComparer.Ordinal);

    public string Text => string.Join('\n', Lines.Where(line => Omitted is not { } omitted || !line.StartsWith(omitted, StringComparison.Ordinal))) + "\n";

    public string[] Machines => Run() is { Success: true } match ? match.Groups["kinds"].Value.Split(", ") : [];

    public bool HasMark => Run().Success || NotRun().IsMatch(Mark ?? "");

    private string? Omitted => Run() is { Success: true } match && match.Groups["omitted"].Success ? match.Groups["omitted"].Value : null;

    public static IEnumerable<ShellBlock> Of(string page)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, page));
        for (int at = 0; at < lines.Length; at++)
        {
            if (lines[at] != "```sh") continue;
            string? mark = at > 0 && lines[at - 1].StartsWith("<!--", StringComparison.Ordinal) ? lines[at - 1] : null;
            yield return new(page, at + 1, mark, [.. lines[(at + 1)..].TakeWhile(line => line != "```")]);
        }
    }

    /// <summary>Lines of a page that are commands in another kind of block: indented, or fenced without a language.</summary>
    public static IEnumerable<string> CommandsElsewhere(string page)
    {
        bool plain = false, fenced = false;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, page)))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                plain = !fenced && line == "```";
                fenced = !fenced;
            }
            else if (plain || (!fenced && line.StartsWith("    ", StringComparison.Ordinal)))
            {
                string first = line.Trim().Split(' ')[0];
                // "runcs run failed: ..." is a message, and columns are a drawing.
                if (_programs.Contains(first) && !line.Contains(" failed: ", StringComparison.Ordinal) && !Columns().IsMatch(line)) yield return $"{page}: {line.Trim()}";
            }
        }
    }

    private Match Run() => RunMark().Match(Mark ?? "");

    [GeneratedRegex("""^<!-- run: (?<kinds>[a-z]+(, [a-z]+)*)(; not "(?<omitted>[^"]+)": \S.*)? -->$""")]
    private static partial Regex RunMark();

    [GeneratedRegex(@"\S {3,}[^#\s]")]
    private static partial Regex Columns();

    [GeneratedRegex("^<!-- not run: \\S.* -->$")]
    private static partial Regex NotRun();
}
