// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>
/// runcs, called as crun, does what crun does: the same calls are made to both, and the answers are compared, except for the
/// differences listed with reasons in docs/drop-in.md.
/// </summary>
public class CrunDropInTests
{
    // crun refuses a host with controllers in both versions of cgroups; so that the comparison is fair, runcs has the same host.
    // In place of version 2 is a tmpfs of the mount namespace: crun writes into the directory, which is in the host's tmpfs.
    private const string WithoutV2 = """
        if [ -d /sys/fs/cgroup/unified ]; then
            umount /sys/fs/cgroup/unified
            mount -t tmpfs tmpfs /sys/fs/cgroup/unified
        fi
        exec "$@"
        """;

    private static readonly string[] _v1Host = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", WithoutV2, "sh"];

    private static readonly Lazy<List<Difference>> _found = new(() => [.. Differences(CrunCalls.Session()).Distinct()]);

    public CrunDropInTests()
    {
        Requires.Runcs();
        Requires.Root();
        Requires.CgroupV1();
        Requires.Program("crun");
        string version = Command.Run("crun", "--version").Ok().Stdout.Split('\n')[0];
        Requires.That(version == "crun version 1.8.1", $"the differences that are listed are those of crun 1.8.1, not of {version}");
    }

    [Fact]
    public void No_difference_is_unlisted() => DropInTable.None(_found.Value.Except(DropInTable.Of("crun").Differences));

    [Fact]
    public void No_listed_difference_is_gone() => DropInTable.None(DropInTable.Of("crun").Differences.Except(_found.Value));

    [Fact]
    public void Every_listed_difference_has_its_reason() => Assert.DoesNotContain(DropInTable.Of("crun").Rows, row => row.Length != 5 || row[4].Length < 10);

    private static IEnumerable<Difference> Differences(Session session)
    {
        using Replay theirs = new("crun", Programs.Find("crun")!, _v1Host), ours = new("crun", RuntimeUnderTest.Executable, _v1Host);
        List<Outcome> theirOutcomes = theirs.Run(session), ourOutcomes = ours.Run(session);
        for (int i = 0; i < theirOutcomes.Count; i++)
        {
            Assert.True(theirOutcomes[i].Exit == session.Calls[i].Exit, $"call {i + 1}: crun exits {theirOutcomes[i].Exit}, not {session.Calls[i].Exit}: {theirOutcomes[i]} {string.Join(' ', theirOutcomes[i].Places)}");
            foreach (Difference difference in Outcome.Compare(theirOutcomes[i], ourOutcomes[i])) yield return difference;
        }
    }
}
