// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups;

/// <summary>Stops the processes of one container's cgroup and lets them continue.</summary>
internal abstract class Freezer
{
    /// <summary>The host has a freezer for the cgroup.</summary>
    public virtual bool IsSupported => true;

    /// <summary>Returns once all processes have stopped.</summary>
    /// <returns>False if they did not within two seconds; then all run.</returns>
    public abstract bool TryFreeze();

    /// <summary>Lets the processes continue. Does nothing if the cgroup is gone.</summary>
    public abstract void Thaw();

    /// <summary>Thaws processes that SIGKILL does not end while they are frozen, with all cgroups below.</summary>
    public virtual void ThawAll() { }

    /// <summary>The cgroup itself is frozen, and not only one above it.</summary>
    public abstract bool IsFrozen();

    /// <summary>The cgroup is frozen or about to be, by itself or by one above it.</summary>
    public virtual bool HoldsProcesses() => IsFrozen();
}
