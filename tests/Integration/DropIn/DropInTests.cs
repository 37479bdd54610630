// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration.DropIn;

/// <summary>
/// An engine cannot tell runcs from runc: what containerd, Docker and Podman asked of runc (the records here) is asked of both
/// again, and the answers are the same, but for what docs/drop-in.md lists with its reason.
/// </summary>
public class DropInTests
{
    private static readonly Lazy<List<Difference>> _found = new(() => [.. Sessions().SelectMany(Differences).Distinct()]);

    public DropInTests()
    {
        Requires.Runcs();
        Requires.Root();
        Requires.CgroupV1();
        Requires.Program("runc");
    }

    [Fact]
    public void No_difference_is_unlisted() => None(_found.Value.Except(Listed()));

    [Fact]
    public void No_listed_difference_is_gone() => None(Listed().Except(_found.Value));

    [Fact]
    public void Every_listed_difference_has_its_reason() => Assert.DoesNotContain(Rows(), row => row.Length != 5 || row[4].Length < 10);

    private static void None(IEnumerable<Difference> differences) => Assert.True(!differences.Any(), string.Join('\n', differences));

    private static IEnumerable<Session> Sessions() => [Session.Read("containerd"), Session.Read("docker"), Session.Read("podman"), DirectCalls.Session()];

    private static IEnumerable<Difference> Differences(Session session)
    {
        using Replay theirs = new(Programs.Find("runc")!), ours = new(RuntimeUnderTest.Executable);
        List<Outcome> theirOutcomes = theirs.Run(session), ourOutcomes = ours.Run(session);
        for (int i = 0; i < theirOutcomes.Count; i++)
        {
            // Else it would not be the session that the engine had.
            Assert.True(theirOutcomes[i].Exit == session.Calls[i].Exit, $"{session.Engine}, call {i + 1}: runc exits {theirOutcomes[i].Exit}, not {session.Calls[i].Exit}: {theirOutcomes[i]} {string.Join(' ', theirOutcomes[i].Places)}");
            foreach (Difference difference in Outcome.Compare(theirOutcomes[i], ourOutcomes[i])) yield return difference;
        }
    }

    private static IEnumerable<Difference> Listed() => Rows().Select(row => new Difference(row[0], row[1], row[2], row[3]));

    private static IEnumerable<string[]> Rows() => File.ReadLines(Path.Combine(Repository.Root, "docs/drop-in.md"))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
        .Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray());
}
