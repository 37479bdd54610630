// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Bench;

/// <summary>Commands in the order in which an engine gives them; each is measured by the caller's function.</summary>
internal sealed class CommandSequences(Workbench workbench)
{
    /// <summary>The commands of a container's life; of the floor, those that are above all the execution of a program.</summary>
    public (string Case, T Value)[] Lifecycle<T>(Contender contender, Func<Spawn, T> measure) => contender switch
    {
        OciRuntime runtime => Lifecycle(runtime, measure),
        Floor floor => Lifecycle(floor, measure),
        _ => [],
    };

    // A run comes first, in the place of create: on a busy processor the time of the next command depends on what the last one used.
    private (string Case, T Value)[] Lifecycle<T>(Floor floor, Func<Spawn, T> measure)
    {
        floor.Run(workbench, measure);
        return [("state", floor.Nothing(measure)), ("start", floor.Nothing(measure)), ("kill", floor.Nothing(measure)), ("delete", floor.Nothing(measure))];
    }

    private (string Case, T Value)[] Lifecycle<T>(OciRuntime runtime, Func<Spawn, T> measure)
    {
        string id = runtime.NewId();
        T create = runtime.Create(workbench.Sleep, id, out int pid, measure);
        T state = runtime.Verb(measure, "state", id);
        T start = runtime.Verb(measure, "start", id);
        T kill = runtime.Verb(measure, "kill", id, "KILL");
        Spawn.Wait(pid);
        return [("create", create), ("state", state), ("start", start), ("kill", kill), ("delete", runtime.DeleteStopped(measure, id))];
    }

    public T Exec<T>(OciRuntime runtime, Func<Spawn, T> measure)
    {
        string id = runtime.NewId();
        runtime.Create(workbench.Sleep, id, out int pid, measure);
        runtime.Verb(measure, "start", id);
        T exec = runtime.Verb(measure, "exec", id, "/bin/true");
        runtime.Verb(measure, "kill", id, "KILL");
        Spawn.Wait(pid);
        runtime.DeleteStopped(measure, id);
        return exec;
    }

    /// <summary>Containers one after the other; the result has each of their commands.</summary>
    public List<T> Many<T>(OciRuntime runtime, int count, Func<Spawn, T> measure)
    {
        List<T> measured = [];
        for (int i = 0; i < count; i++)
        {
            string id = runtime.NewId();
            measured.Add(runtime.Create(workbench.True, id, out int pid, measure));
            measured.Add(runtime.Verb(measure, "start", id));
            Spawn.Wait(pid);
            measured.Add(runtime.DeleteStopped(measure, id));
        }
        return measured;
    }
}
