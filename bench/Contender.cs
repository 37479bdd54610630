// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Bench;

/// <summary>What has a column in the tables: a runtime, or the floor.</summary>
internal abstract class Contender(string name, string version)
{
    public string Name { get; } = name;

    public string Version { get; } = version;

    /// <summary>The bundle <see cref="Workbench.True"/>, from before the command until it is removed.</summary>
    /// <param name="workbench">Has the bundle.</param>
    /// <param name="measure">Runs the command and measures it: <see cref="Spawn.Time()"/> or <see cref="Spawn.Count"/>.</param>
    public abstract T Run<T>(Workbench workbench, Func<Spawn, T> measure);

    /// <summary>Deletes the containers that exist, after a failure too.</summary>
    public abstract void DeleteAll();
}
