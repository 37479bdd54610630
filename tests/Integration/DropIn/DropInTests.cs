// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>
/// Engines get the same answers from runcs as from runc: the recorded calls of containerd, Docker and Podman to runc are
/// made to both, and the answers are compared, except for the differences listed with reasons in docs/drop-in.md.
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
        string version = Command.Run("runc", "--version").Ok().Stdout.Split('\n')[0];
        Requires.That(version.StartsWith("runc version 1.1.5", StringComparison.Ordinal), $"the differences that are listed are those of runc 1.1.5, not of {version}");
    }

    [Fact]
    public void No_difference_is_unlisted() => DropInTable.None(_found.Value.Except(DropInTable.Of("runc").Differences));

    [Fact]
    public void No_listed_difference_is_gone() => DropInTable.None(DropInTable.Of("runc").Differences.Except(_found.Value));

    [Fact]
    public void Every_listed_difference_has_its_reason() => Assert.DoesNotContain(DropInTable.Of("runc").Rows, row => row.Length != 5 || row[4].Length < 10);

    [Fact]
    public void The_recorder_changes_nothing_of_what_goes_through_it()
    {
        using Recorder recorder = new(RuntimeUnderTest.Executable);
        using Container container = new();
        container.Bundle.Shell("echo out; echo err >&2; exit 7");
        container.Bundle.Write();
        string[] global = ["--root", container.Runtime.Root, "--log", container.Path("log"), "--log-format", "json"];
        Result run = Command.Run([recorder.Program, .. global, "run", "--bundle", container.Bundle.Directory, "--pid-file", container.Path("pid"), container.Id]).Exits(7);
        Assert.Equal(("out\n", "err\n"), (run.Stdout, run.Stderr));
        Assert.Contains("does not exist", Command.Run([recorder.Program, .. global, "state", container.Id]).Exits(1).Stderr, StringComparison.Ordinal);
        Session session = recorder.Read("by hand");
        Assert.Equal([7, 1], session.Calls.Select(call => call.Exit));
        Assert.Equal(["--root", "{root}", "--log", "{log}", "--log-format", "json", "run", "--bundle", "{bundle}", "--pid-file", "{pid-file}", "{id1}"], session.Calls[0].Arguments);
        Assert.Equal("{rootfs}", (string?)session.Calls[0].Config!["root"]!["path"]);
        Assert.Equal("state", session.Calls[1].Verb);
    }

    private static IEnumerable<Session> Sessions() => [Session.Read("containerd"), Session.Read("docker"), Session.Read("podman"), DirectCalls.Session()];

    private static IEnumerable<Difference> Differences(Session session)
    {
        using Replay theirs = new("runc", Programs.Find("runc")!), ours = new("runc", RuntimeUnderTest.Executable);
        List<Outcome> theirOutcomes = theirs.Run(session), ourOutcomes = ours.Run(session);
        for (int i = 0; i < theirOutcomes.Count; i++)
        {
            // Otherwise it would not be the engine's session.
            Assert.True(theirOutcomes[i].Exit == session.Calls[i].Exit, $"{session.Engine}, call {i + 1}: runc exits {theirOutcomes[i].Exit}, not {session.Calls[i].Exit}: {theirOutcomes[i]} {string.Join(' ', theirOutcomes[i].Places)}");
            foreach (Difference difference in Outcome.Compare(theirOutcomes[i], ourOutcomes[i])) yield return difference;
        }
    }
}
