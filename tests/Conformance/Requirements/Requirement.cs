// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Conformance.Requirements;

/// <summary>A row of oci-spec/requirements: one thing that the specification demands, and how we stand to it.</summary>
/// <param name="Chapter">The specification's file, which is the table's.</param>
/// <param name="Slug">Its name in the chapter.</param>
/// <param name="Strength">MUST, MUST NOT, SHOULD or SHOULD NOT.</param>
/// <param name="Statement">What it demands, in our words.</param>
/// <param name="Standing">Empty, or a word of <see cref="Standings"/>, a colon, and the reason.</param>
internal sealed record Requirement(string Chapter, string Slug, string Strength, string Statement, string Standing)
{
    /// <summary>
    /// Of whom it is demanded, if not of us: the author of configs, another platform, those who offer what is optional. What
    /// differs and why. What no machine of ours has, and the fake it was tried on. What is still to come.
    /// </summary>
    public static readonly string[] Standings = ["author", "other", "absent", "differs", "fake", "pending"];

    public string Id => $"{Chapter}/{Slug}";

    /// <summary>The first word of the standing; empty when a test holds the row and there is no more to say.</summary>
    public string Kind => Standing.Split(": ", 2)[0];

    public bool IsOurs => Kind is not ("author" or "other" or "absent");

    /// <summary>A row that differs has a test as well: of what is done instead.</summary>
    public bool NeedsTest => IsOurs && Kind != "pending";

    /// <summary>All rows, in the order of the files and of the lines in them.</summary>
    public static Requirement[] Table { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "oci-spec/requirements"), "*.tsv").Order(StringComparer.Ordinal).SelectMany(Read)];

    private static IEnumerable<Requirement> Read(string file) =>
        File.ReadLines(file).Where(line => !line.StartsWith('#')).Select(line => line.Split('\t')).Select(cells => cells.Length is 3 or 4
            ? new Requirement(Path.GetFileNameWithoutExtension(file), cells[0], cells[1], cells[2], cells.Length == 4 ? cells[3] : "")
            : throw new InvalidDataException($"{file}: not 3 or 4 cells: {string.Join(" | ", cells)}"));
}
