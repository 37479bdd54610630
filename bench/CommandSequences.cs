// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Bench;

/// <summary>Commands in the order in which an engine gives them; each is measured by the caller's function.</summary>
internal sealed class CommandSequences(Workbench workbench)
{
    public static string[] Verbs { get; } = ["create", "state", "start", "kill", "delete"];

    /// <summary>What <see cref="Verbs"/> measure.</summary>
    public T[] Lifecycle<T>(Contender contender, Func<Spawn, T> measure)
    {
        string id = contender.NewId();
        T create = contender.Create(workbench.Sleep, id, out int pid, measure);
        T state = contender.Verb(measure, "state", id);
        T start = contender.Verb(measure, "start", id);
        T kill = contender.Verb(measure, "kill", id, "KILL");
        Spawn.Wait(pid);
        return [create, state, start, kill, contender.DeleteStopped(measure, id)];
    }

    public T Exec<T>(Contender contender, Func<Spawn, T> measure)
    {
        string id = contender.NewId();
        contender.Create(workbench.Sleep, id, out int pid, measure);
        contender.Verb(measure, "start", id);
        T exec = contender.Verb(measure, "exec", id, "/bin/true");
        contender.Verb(measure, "kill", id, "KILL");
        Spawn.Wait(pid);
        contender.DeleteStopped(measure, id);
        return exec;
    }

    /// <summary>Containers one after the other; the result has each of their commands.</summary>
    public List<T> Many<T>(Contender contender, int count, Func<Spawn, T> measure)
    {
        List<T> measured = [];
        for (int i = 0; i < count; i++)
        {
            string id = contender.NewId();
            measured.Add(contender.Create(workbench.True, id, out int pid, measure));
            measured.Add(contender.Verb(measure, "start", id));
            Spawn.Wait(pid);
            measured.Add(contender.DeleteStopped(measure, id));
        }
        return measured;
    }
}
