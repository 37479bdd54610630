// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Bench;

/// <summary>The program of Floor/floor.c, which makes the system calls of a runtime and nothing else. It has no containers that stay.</summary>
internal sealed class Floor(string path, string scratch) : Contender("floor", "the system calls of `run` alone, and a program that exits at once (bench/Floor)")
{
    private string Stderr => Path.Combine(scratch, Name + ".err");

    public override T Run<T>(Workbench workbench, Func<Spawn, T> measure)
    {
        using Spawn run = new(Stderr, path, "run", workbench.Rootfs);
        return measure(run);
    }

    /// <summary>A command that exits at once.</summary>
    public T Nothing<T>(Func<Spawn, T> measure)
    {
        using Spawn nothing = new(Stderr, path, "nothing");
        return measure(nothing);
    }

    public override void DeleteAll()
    {
    }
}
