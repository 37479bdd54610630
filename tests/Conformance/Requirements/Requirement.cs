// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Conformance.Requirements;

/// <summary>A row of oci-spec/requirements: one demand of the specification, and its status here.</summary>
/// <param name="Chapter">The specification's file, which is also the table's.</param>
/// <param name="Slug">Its name in the chapter.</param>
/// <param name="Strength">MUST, MUST NOT, SHOULD or SHOULD NOT.</param>
/// <param name="Statement">The demand, in our words.</param>
/// <param name="Standing">Empty, or a word of <see cref="Standings"/>, a colon, and the reason.</param>
internal sealed record Requirement(string Chapter, string Slug, string Strength, string Statement, string Standing)
{
    /// <summary>
    /// The addressee if it is not us: the author of configs, another platform, implementers of optional parts. A
    /// difference and its reason. Hardware that none of our machines has, and the fake that it was tried on. Pending
    /// work.
    /// </summary>
    public static readonly string[] Standings = ["author", "other", "absent", "differs", "fake", "pending"];

    public string Id => $"{Chapter}/{Slug}";

    /// <summary>The first word of the standing; empty if a test covers the row completely.</summary>
    public string Kind => Standing.Split(": ", 2)[0];

    public bool IsOurs => Kind is not ("author" or "other" or "absent");

    /// <summary>A row that differs also has a test: of the actual behaviour.</summary>
    public bool NeedsTest => IsOurs && Kind != "pending";

    /// <summary>All rows, in the order of the files and of their lines.</summary>
    public static Requirement[] Table { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "oci-spec/requirements"), "*.tsv").Order(StringComparer.Ordinal).SelectMany(Read)];

    private static IEnumerable<Requirement> Read(string file) =>
        File.ReadLines(file).Where(line => !line.StartsWith('#')).Select(line => line.Split('\t')).Select(cells => cells.Length is 3 or 4
            ? new Requirement(Path.GetFileNameWithoutExtension(file), cells[0], cells[1], cells[2], cells.Length == 4 ? cells[3] : "")
            : throw new InvalidDataException($"{file}: not 3 or 4 cells: {string.Join(" | ", cells)}"));
}
