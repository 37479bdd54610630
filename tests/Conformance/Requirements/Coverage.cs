// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Runcs.Conformance.Requirements;

/// <summary>The report that <c>./build.sh conformance</c> prints about the table.</summary>
internal static class Coverage
{
    public static string Text()
    {
        StringBuilder text = new();
        Line(text, "chapter", "rows", "held", "on any runtime", "on a fake", "differ", "of others", "not offered", "pending");
        foreach (IGrouping<string, Requirement> chapter in Requirement.Table.GroupBy(row => row.Chapter))
            Line(text, chapter.Key, [.. chapter]);
        Line(text, "all", Requirement.Table);
        foreach (Requirement row in Requirement.Table.Where(row => row.NeedsTest && !Tests(row).Any()))
            text.Append(CultureInfo.InvariantCulture, $"no test: {row.Id}  {row.Statement}\n");
        foreach (Requirement row in Requirement.Table.Where(row => row.Kind is "differs" or "pending"))
            text.Append(CultureInfo.InvariantCulture, $"{row.Kind}: {row.Id}  {row.Standing[(row.Kind.Length + 2)..]}\n");
        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, Requirement[] rows) => Line(text, name, [
        rows.Length,
        rows.Count(row => row.NeedsTest && row.Kind != "differs" && Tests(row).Any()),
        rows.Count(row => row.NeedsTest && row.Kind != "differs" && Tests(row).Any(test => test.OnAnyRuntime)),
        .. ((string[])["fake", "differs"]).Select(kind => rows.Count(row => row.Kind == kind)),
        rows.Count(row => row.Kind is "author" or "other"),
        rows.Count(row => row.Kind == "absent"),
        rows.Count(row => row.Kind == "pending")]);

    private static void Line(StringBuilder text, string name, params object[] cells) => text
        .Append(CultureInfo.InvariantCulture, $"{name,-15}").AppendJoin("", cells.Zip((int[])[5, 6, 16, 11, 8, 11, 13, 9], (cell, width) => $"{cell}".PadLeft(width))).Append('\n');

    private static IEnumerable<CitingTest> Tests(Requirement row) => CitingTest.All.Where(test => test.Holds(row));
}
