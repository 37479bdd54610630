// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Bench;

/// <summary>The cases measured. In each round every contender runs once; the first one changes from round to round.</summary>
internal sealed class Cases(Workbench workbench, IReadOnlyList<Contender> contenders, Results results, bool quick)
{
    private static readonly string[] _verbs = ["create", "state", "start", "kill", "delete"];

    public void All()
    {
        Rounds(quick ? 10 : 100, "run", contender => contender.TimeRun(workbench.True));
        if (workbench.Filtered != null)
            Rounds(quick ? 10 : 100, "run, seccomp", contender => contender.TimeRun(workbench.Filtered));
        Rounds(quick ? 10 : 60, _verbs, Lifecycle);
        Rounds(quick ? 10 : 60, "exec", Exec);
        Rounds(quick ? 1 : 3, "100 containers in sequence", contender => Sequence(contender, 100));
        Rounds(quick ? 1 : 5, "peak memory of run", Peak, Unit.KiB);
        Rounds(quick ? 1 : 5, ["waiting after create, RSS", "waiting after create, PSS"], Waiting, Unit.KiB);
        Rounds(1, "smallest memory limit", SmallestLimit, Unit.KiB);
        foreach (Contender contender in contenders)
            Guarded(contender, () => OneMore(contender, quick ? 50 : 500, quick ? 5 : 30));
    }

    private void Rounds(int rounds, string name, Func<Contender, double> measure, Unit unit = Unit.Milliseconds) =>
        Rounds(rounds, [name], contender => [measure(contender)], unit);

    private void Rounds(int rounds, string[] names, Func<Contender, double[]> measure, Unit unit = Unit.Milliseconds)
    {
        HashSet<Contender> failed = [];
        bool warm = unit == Unit.Milliseconds && rounds > 3;
        for (int round = warm ? -1 : 0; round < rounds; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                Contender contender = contenders[(i + round + 1) % contenders.Count];
                if (failed.Contains(contender))
                    continue;
                double[]? measured = null;
                if (!Guarded(contender, () => measured = measure(contender)))
                    failed.Add(contender);
                else if (round >= 0)
                    results.Add(names, unit, contender.Name, measured!);
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

    private double[] Lifecycle(Contender contender)
    {
        string id = contender.NewId();
        double create = contender.Create(workbench.Sleep, id, out int pid);
        double state = contender.Verb("state", id);
        double start = contender.Verb("start", id);
        double kill = contender.Verb("kill", id, "KILL");
        Spawn.Wait(pid);
        return [create, state, start, kill, contender.DeleteStopped(id)];
    }

    private double Exec(Contender contender)
    {
        string id = contender.NewId();
        contender.Create(workbench.Sleep, id, out int pid);
        contender.Verb("start", id);
        double exec = contender.Verb("exec", id, "/bin/true");
        contender.Verb("kill", id, "KILL");
        Spawn.Wait(pid);
        contender.DeleteStopped(id);
        return exec;
    }

    private double Sequence(Contender contender, int count)
    {
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            string id = contender.NewId();
            contender.Create(workbench.True, id, out int pid);
            contender.Verb("start", id);
            Spawn.Wait(pid);
            contender.DeleteStopped(id);
        }
        return System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private double Peak(Contender contender)
    {
        using Spawn run = contender.Run(workbench.True, contender.NewId());
        return run.Peak();
    }

    private double[] Waiting(Contender contender)
    {
        string id = contender.NewId();
        contender.Create(workbench.Sleep, id, out int pid);
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
        List<double> before = [.. Enumerable.Range(0, rounds).Select(_ => contender.TimeRun(workbench.True))];
        for (int i = 0; i < alive; i++)
        {
            string id = contender.NewId();
            contender.Create(workbench.Sleep, id, out _);
            contender.Verb("start", id);
        }
        List<double> after = [.. Enumerable.Range(0, rounds).Select(_ => contender.TimeRun(workbench.True))];
        contender.DeleteAll();
        for (int i = 0; i < rounds; i++)
            results.Add(names, Unit.Milliseconds, contender.Name, [before[i], after[i]]);
    }
}
