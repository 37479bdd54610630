// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Runcs.Rootfs;

namespace Runcs.Conformance.Requirements;

/// <summary>The specification's requirements as a table (oci-spec/requirements), and the tests that cover each.</summary>
public partial class RequirementTests
{
    [Fact]
    public void Every_row_is_well_formed()
    {
        Assert.DoesNotContain(Requirement.Table.CountBy(row => row.Id), count => count.Value > 1);
        None(Requirement.Table.Where(row => !Slug().IsMatch(row.Slug)
            || row.Strength is not ("MUST" or "MUST NOT" or "SHOULD" or "SHOULD NOT")
            || row.Statement.Length == 0
            || (row.Standing.Length > 0 && (!Requirement.Standings.Contains(row.Kind) || row.Standing.Length < row.Kind.Length + 3))));
    }

    [Fact]
    [Requirement("spec/compliance")]
    public void Every_row_is_held_by_a_test()
    {
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "requirements.txt"), Coverage.Text());
        None(Requirement.Table.Where(row => row.NeedsTest && !CitingTest.All.Any(test => test.Holds(row))));
    }

    [Fact]
    public void Pending_rows_have_no_test_yet() =>
        None(Requirement.Table.Where(row => row.Kind == "pending" && CitingTest.All.Any(test => test.Holds(row))));

    [Fact]
    public void Only_tests_name_rows_and_only_rows_that_are_there()
    {
        Assert.Empty(CitingTest.Strays);
        Assert.Equal("", string.Join('\n', CitingTest.All
            .SelectMany(test => test.Ids.Where(id => !Requirement.Table.Any((test with { Ids = [id] }).Holds)).Select(id => $"{test.Name}: {id}"))));
    }

    [Fact]
    [Requirement("config/mount-option-*")]
    public void Every_mount_option_is_recognized() =>
        None(Requirement.Table.Where(row => row.Id.StartsWith("config/mount-option-", StringComparison.Ordinal)
            && MountOption.Find(row.Slug["mount-option-".Length..]).Kind == MountOptionKind.FileSystem));

    private static void None(IEnumerable<Requirement> rows) => Assert.Equal("", string.Join('\n', rows.Select(row => $"{row.Id}: {row.Statement}")));

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Slug();
}
