// SPDX-License-Identifier: Apache-2.0
using Runcs.Harness;

namespace Runcs.Bench;

/// <summary>The cases measured, all with as many containers as one command needs.</summary>
internal sealed class Cases(Workbench workbench, Rounds rounds, Results results, CostResults costs, bool quick)
{
    private const string FilteredRun = "run, seccomp", UsersRun = "run, ordinary user";

    private readonly CommandSequences _sequences = new(workbench);
    private readonly int _sequence = quick ? 10 : 100;

    private string Sequence => $"{_sequence} containers in sequence";

    /// <summary>Times, memory and costs.</summary>
    public void All()
    {
        Times(quick ? 10 : 100, quick ? 1 : 3);
        Measure(quick ? 1 : 5, "peak memory of run", Peak, Unit.KiB);
        Measure(quick ? 1 : 5, ["waiting after create, RSS", "waiting after create, PSS"], Waiting, Unit.KiB);
        Measure(1, "smallest memory limit", SmallestLimit, Unit.KiB);
        AllCosts(quick ? 3 : 15, withSequence: true);
    }

    /// <summary>Times and costs of the commands alone.</summary>
    public void Commands()
    {
        Times(quick ? 10 : 60, 0);
        AllCosts(quick ? 3 : 15, withSequence: false);
    }

    private void Times(int count, int sequences)
    {
        static double Time(Spawn spawn) => spawn.Time();
        Measure(count, "run", contender => contender.Run(workbench.True, Time));
        Measure(count, UsersRun, contender => contender.RunAsUser(workbench.Rootless, Time));
        if (workbench.Filtered != null)
            Measure(count, FilteredRun, contender => contender.Run(workbench.Filtered, Time));
        Measure(Math.Min(count, 60), CommandSequences.Verbs, contender => _sequences.Lifecycle(contender, Time));
        Measure(Math.Min(count, 60), "exec", contender => _sequences.Exec(contender, Time));
        Measure(sequences, Sequence, contender =>
        {
            long began = System.Diagnostics.Stopwatch.GetTimestamp();
            _sequences.Many(contender, _sequence, Time);
            return System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        });
    }

    private void AllCosts(int count, bool withSequence)
    {
        if (CostCounters.Refusal() is { } refusal)
        {
            Console.Error.WriteLine($"no costs: {refusal}");
            return;
        }
        static Costs Count(Spawn spawn) => spawn.Count();
        CostsOf(count, ["run"], contender => [contender.Run(workbench.True, Count)]);
        CostsOf(count, [UsersRun], contender => [contender.RunAsUser(workbench.Rootless, Count)]);
        if (workbench.Filtered != null)
            CostsOf(count, [FilteredRun], contender => [contender.Run(workbench.Filtered, Count)]);
        CostsOf(count, CommandSequences.Verbs, contender => _sequences.Lifecycle(contender, Count));
        CostsOf(count, ["exec"], contender => [_sequences.Exec(contender, Count)]);
        if (withSequence)
            CostsOf(1, [Sequence], contender => [_sequences.Many(contender, _sequence, Count).Aggregate(Costs.Zero, (sum, costs) => sum.Plus(costs))]);
    }

    private void Measure(int count, string name, Func<Contender, double> measure, Unit unit = Unit.Milliseconds) =>
        Measure(count, [name], contender => [measure(contender)], unit);

    private void Measure(int count, string[] names, Func<Contender, double[]> measure, Unit unit = Unit.Milliseconds) =>
        rounds.Run(count, warm: unit == Unit.Milliseconds && count > 3, measure, (contender, measured) => results.Add(names, unit, contender.Name, measured));

    private void CostsOf(int count, string[] names, Func<Contender, Costs[]> measure) =>
        rounds.Run(count, warm: count > 3, measure, (contender, measured) => costs.Add(names, contender.Name, measured));

    private double Peak(Contender contender)
    {
        using Spawn run = contender.Run(workbench.True, contender.NewId());
        return run.Peak();
    }

    private double[] Waiting(Contender contender)
    {
        string id = contender.NewId();
        contender.Create(workbench.Sleep, id, out int pid, spawn => spawn.Time());
        Dictionary<string, double> rollup = File.ReadLines($"/proc/{pid}/smaps_rollup").Skip(1)
            .Select(line => line.Split((char[])[' ', ':'], StringSplitOptions.RemoveEmptyEntries)).ToDictionary(words => words[0], words => double.Parse(words[1]));
        contender.Delete(id);
        return [rollup["Rss"], rollup["Pss"]];
    }

    // In steps of 64 KiB; a limit counts when three runs in a row succeed.
    private double SmallestLimit(Contender contender)
    {
        const int step = 64;
        int low = 0, high = 128;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            string bundle = workbench.Bundle("limited", (long)middle * step * 1024, "/bin/true");
            bool fits = Enumerable.Range(0, 3).All(_ => contender.Succeeds(bundle));
            (low, high) = fits ? (low, middle) : (middle, high);
        }
        return high * step;
    }
}
