// SPDX-License-Identifier: Apache-2.0
using Runcs.Harness;

namespace Runcs.Bench;

/// <summary>The cases measured. In each round every contender runs once; the first one changes from round to round.</summary>
internal sealed class Cases(Workbench workbench, IReadOnlyList<Contender> contenders, Results results, CostResults costs, bool quick)
{
    private const string FilteredRun = "run, seccomp", UsersRun = "run, ordinary user", Hundred = "100 containers in sequence";

    private readonly CommandSequences _sequences = new(workbench);

    public void All()
    {
        Times(quick ? 10 : 100, quick ? 1 : 3);
        Rounds(quick ? 1 : 5, "peak memory of run", Peak, Unit.KiB);
        Rounds(quick ? 1 : 5, ["waiting after create, RSS", "waiting after create, PSS"], Waiting, Unit.KiB);
        Rounds(1, "smallest memory limit", SmallestLimit, Unit.KiB);
        foreach (Contender contender in contenders)
            Guarded(contender, () => OneMore(contender, quick ? 50 : 500, quick ? 5 : 30));
        if (CostCounters.Refusal() is { } refusal)
            Console.Error.WriteLine($"no costs: {refusal}");
        else
            AllCosts(quick ? 3 : 15);
    }

    private void Times(int rounds, int sequences)
    {
        static double Time(Spawn spawn) => spawn.Time();
        Rounds(rounds, "run", contender => contender.Run(workbench.True, Time));
        Rounds(rounds, UsersRun, contender => contender.RunAsUser(workbench.Rootless, Time));
        if (workbench.Filtered != null)
            Rounds(rounds, FilteredRun, contender => contender.Run(workbench.Filtered, Time));
        Rounds(Math.Min(rounds, 60), CommandSequences.Verbs, contender => _sequences.Lifecycle(contender, Time));
        Rounds(Math.Min(rounds, 60), "exec", contender => _sequences.Exec(contender, Time));
        Rounds(sequences, Hundred, contender =>
        {
            long began = System.Diagnostics.Stopwatch.GetTimestamp();
            _sequences.Many(contender, 100, Time);
            return System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        });
    }

    private void AllCosts(int rounds)
    {
        static Costs Count(Spawn spawn) => spawn.Count();
        CostRounds(rounds, ["run"], contender => [contender.Run(workbench.True, Count)]);
        CostRounds(rounds, [UsersRun], contender => [contender.RunAsUser(workbench.Rootless, Count)]);
        if (workbench.Filtered != null)
            CostRounds(rounds, [FilteredRun], contender => [contender.Run(workbench.Filtered, Count)]);
        CostRounds(rounds, CommandSequences.Verbs, contender => _sequences.Lifecycle(contender, Count));
        CostRounds(rounds, ["exec"], contender => [_sequences.Exec(contender, Count)]);
        CostRounds(1, [Hundred], contender => [_sequences.Many(contender, 100, Count).Aggregate(Costs.Zero, (sum, costs) => sum.Plus(costs))]);
    }

    private void Rounds(int rounds, string name, Func<Contender, double> measure, Unit unit = Unit.Milliseconds) =>
        Rounds(rounds, [name], contender => [measure(contender)], unit);

    private void Rounds(int rounds, string[] names, Func<Contender, double[]> measure, Unit unit = Unit.Milliseconds) =>
        InTurn(rounds, warm: unit == Unit.Milliseconds && rounds > 3, measure, (contender, measured) => results.Add(names, unit, contender.Name, measured));

    private void CostRounds(int rounds, string[] names, Func<Contender, Costs[]> measure) =>
        InTurn(rounds, warm: rounds > 3, measure, (contender, measured) => costs.Add(names, contender.Name, measured));

    private void InTurn<T>(int rounds, bool warm, Func<Contender, T[]> measure, Action<Contender, T[]> add)
    {
        HashSet<Contender> failed = [];
        for (int round = warm ? -1 : 0; round < rounds; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                Contender contender = contenders[(i + round + 1) % contenders.Count];
                if (failed.Contains(contender))
                    continue;
                T[]? measured = null;
                if (!Guarded(contender, () => measured = measure(contender)))
                    failed.Add(contender);
                else if (round >= 0)
                    add(contender, measured!);
            }
        }
    }

    private static bool Guarded(Contender contender, Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (InvalidOperationException exception)
        {
            Console.Error.WriteLine($"{contender.Name}: {exception.Message}");
            contender.DeleteAll();
            return false;
        }
    }

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

    // The runtime's run before and after it has created many containers.
    private void OneMore(Contender contender, int alive, int rounds)
    {
        string[] names = ["run, none alive", $"run, {alive} alive"];
        List<double> before = [.. Enumerable.Range(0, rounds).Select(_ => contender.Run(workbench.True, spawn => spawn.Time()))];
        for (int i = 0; i < alive; i++)
        {
            string id = contender.NewId();
            contender.Create(workbench.Sleep, id, out _, spawn => spawn.Time());
            contender.Verb(spawn => spawn.Time(), "start", id);
        }
        List<double> after = [.. Enumerable.Range(0, rounds).Select(_ => contender.Run(workbench.True, spawn => spawn.Time()))];
        contender.DeleteAll();
        for (int i = 0; i < rounds; i++)
            results.Add(names, Unit.Milliseconds, contender.Name, [before[i], after[i]]);
    }
}
