// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>The table of docs/drop-in.md for one runtime: the listed differences, with their reasons.</summary>
internal sealed record DropInTable(string[][] Rows)
{
    /// <param name="runtime">runc or crun: the table's third column begins with it.</param>
    public static DropInTable Of(string runtime)
    {
        string[][] rows = [.. File.ReadLines(Path.Combine(Repository.Root, "docs/drop-in.md"))
            .SkipWhile(line => !line.StartsWith($"| Command | Where | {runtime} ", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray())];
        Assert.NotEmpty(rows);
        return new(rows);
    }

    public IEnumerable<Difference> Differences => Rows.Select(row => new Difference(row[0], row[1], row[2], row[3]));

    public static void None(IEnumerable<Difference> differences) => Assert.True(!differences.Any(), string.Join('\n', differences));
}
