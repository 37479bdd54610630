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
        Measure<OciRuntime>(quick ? 1 : 5, "peak memory of run", Peak, Unit.KiB);
        Measure<OciRuntime>(quick ? 1 : 5, Waiting, Unit.KiB);
        Measure<OciRuntime>(1, "smallest memory limit", SmallestLimit, Unit.KiB);
        AllCosts(quick ? 3 : 40, withSequence: true);
    }

    /// <summary>Times and costs of the commands alone.</summary>
    public void Commands()
    {
        Times(quick ? 10 : 60, 0);
        AllCosts(quick ? 3 : 40, withSequence: false);
    }

    private void Times(int count, int sequences)
    {
        static double Time(Spawn spawn) => spawn.Time();
        Measure<Contender>(count, "run", contender => contender.Run(workbench, Time));
        Measure<OciRuntime>(count, UsersRun, runtime => runtime.RunAsUser(workbench.Rootless, Time));
        if (workbench.Filtered != null)
            Measure<OciRuntime>(count, FilteredRun, runtime => runtime.Run(workbench.Filtered, Time));
        Measure<Contender>(Math.Min(count, 60), contender => _sequences.Lifecycle(contender, Time));
        Measure<OciRuntime>(Math.Min(count, 60), "exec", runtime => _sequences.Exec(runtime, Time));
        Measure<OciRuntime>(sequences, Sequence, runtime =>
        {
            long began = System.Diagnostics.Stopwatch.GetTimestamp();
            _sequences.Many(runtime, _sequence, Time);
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
        CostsOf<Contender>(count, "run", contender => contender.Run(workbench, Count));
        CostsOf<OciRuntime>(count, UsersRun, runtime => runtime.RunAsUser(workbench.Rootless, Count));
        if (workbench.Filtered != null)
            CostsOf<OciRuntime>(count, FilteredRun, runtime => runtime.Run(workbench.Filtered, Count));
        CostsOf<Contender>(count, contender => _sequences.Lifecycle(contender, Count));
        CostsOf<OciRuntime>(count, "exec", runtime => _sequences.Exec(runtime, Count));
        if (withSequence)
            CostsOf<OciRuntime>(1, Sequence, runtime => _sequences.Many(runtime, _sequence, Count).Aggregate(Costs.Zero, (sum, costs) => sum.Plus(costs)));
    }

    private void Measure<TContender>(int count, string name, Func<TContender, double> measure, Unit unit = Unit.Milliseconds) where TContender : Contender =>
        Measure<TContender>(count, contender => [(name, measure(contender))], unit);

    private void Measure<TContender>(int count, Func<TContender, (string Case, double Value)[]> measure, Unit unit = Unit.Milliseconds) where TContender : Contender =>
        rounds.Run(count, warm: unit == Unit.Milliseconds && count > 3, measure, (contender, measured) => results.Add(unit, contender.Name, measured));

    private void CostsOf<TContender>(int count, string name, Func<TContender, Costs> measure) where TContender : Contender =>
        CostsOf<TContender>(count, contender => [(name, measure(contender))]);

    private void CostsOf<TContender>(int count, Func<TContender, (string Case, Costs Value)[]> measure) where TContender : Contender =>
        rounds.Run(count, warm: count > 3, measure, (contender, measured) => costs.Add(contender.Name, measured));

    private double Peak(OciRuntime runtime)
    {
        using Spawn run = runtime.Run(workbench.True, runtime.NewId());
        return run.Peak();
    }

    private (string Case, double Value)[] Waiting(OciRuntime runtime)
    {
        string id = runtime.NewId();
        runtime.Create(workbench.Sleep, id, out int pid, spawn => spawn.Time());
        Dictionary<string, double> rollup = File.ReadLines($"/proc/{pid}/smaps_rollup").Skip(1)
            .Select(line => line.Split((char[])[' ', ':'], StringSplitOptions.RemoveEmptyEntries)).ToDictionary(words => words[0], words => double.Parse(words[1]));
        runtime.Delete(id);
        return [("waiting after create, RSS", rollup["Rss"]), ("waiting after create, PSS", rollup["Pss"])];
    }

    // In steps of 64 KiB; a limit counts when three runs in a row succeed.
    private double SmallestLimit(OciRuntime runtime)
    {
        const int step = 64;
        int low = 0, high = 128;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            string bundle = workbench.Bundle("limited", (long)middle * step * 1024, "/bin/true");
            bool fits = Enumerable.Range(0, 3).All(_ => runtime.Succeeds(bundle));
            (low, high) = fits ? (low, middle) : (middle, high);
        }
        return high * step;
    }
}
