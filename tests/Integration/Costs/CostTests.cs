// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>
/// System calls, page faults and clones of the commands. They are the same from run to run, or nearly, unlike times: a small
/// margin finds a regression. They depend on the kernel and on the cgroup hierarchies, so figures.txt has both. Context switches
/// depend on which process is faster: 11 or 16 for the same run.
/// </summary>
[Collection(Alone.Name)]
public class CostTests
{
    // In the tests' guest a round takes seven to ten seconds, and nothing disturbs it: the first is as good as any other.
    private static readonly int _rounds = Environment.GetEnvironmentVariable("RUNCS_GUEST") is null ? 20 : 4;
    private static readonly Costs _margin = Costs.Zero with { SystemCalls = 6, PageFaults = 10 };

    public CostTests()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.BootReplacements();
        Requires.That(CostCounters.Refusal() is null, $"needs counters: {CostCounters.Refusal()}");
    }

    [Fact]
    [InGuest]
    public void No_command_costs_more_on_this_machine() => Compare([]);

    [Fact]
    public void No_command_costs_more_with_cgroup_v2_alone() => Compare(PureCgroupV2.Prefix);

    private static void Compare(IReadOnlyList<string> prefix)
    {
        string machine = CostMachine.Name(prefix);
        CostFigures figures = new();
        bool accepts = Environment.GetEnvironmentVariable("SNAPSHOT") == "accept";
        Requires.That(accepts || figures.Knows(machine), $"needs figures of this kind of machine ({machine}): SNAPSHOT=accept writes them");

        // A busy machine adds to the counts, and never takes away: a round within the margin is the proof.
        Dictionary<string, Costs> least = [];
        string[] problems = [];
        for (int round = 0; round < _rounds; round++)
        {
            foreach ((string command, Costs costs) in CommandCosts.Measure(prefix))
                least[command] = least.TryGetValue(command, out Costs? other) ? other.Least(costs) : costs;
            problems = [.. least.SelectMany(one => Problems(figures.Find(machine, one.Key), one.Key, one.Value))];
            if (problems.Length == 0 && !accepts)
                return;
        }
        if (!accepts)
            Assert.Fail($"{machine}:\n{string.Join('\n', problems)}\nSNAPSHOT=accept writes the counts into figures.txt");
        foreach ((string command, Costs costs) in least)
            figures.Set(machine, command, costs);
        figures.Save();
    }

    private static IEnumerable<string> Problems(Costs? figure, string command, Costs costs)
    {
        if (figure is null)
            return [$"{command}: no figure"];
        (string Name, long Is, long Was, long Margin)[] counts =
        [
            ("system calls", costs.SystemCalls, figure.SystemCalls, _margin.SystemCalls),
            ("page faults", costs.PageFaults, figure.PageFaults, _margin.PageFaults),
            ("clones", costs.Clones, figure.Clones, _margin.Clones),
        ];
        // Fewer than before is good news, which figures.txt must have, or the next regression hides below the old figure.
        return counts.Where(count => Math.Abs(count.Is - count.Was) > count.Margin).Select(count => $"{command}: {count.Is} {count.Name}, figures.txt has {count.Was}");
    }
}
