// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups;

/// <summary>Stops the processes of one container's cgroup and lets them continue.</summary>
internal abstract class Freezer
{
    /// <summary>The host has a freezer for the cgroup.</summary>
    public virtual bool IsSupported => true;

    /// <summary>Returns once all processes have stopped.</summary>
    /// <returns>False if they did not within two seconds; then all run.</returns>
    /// <exception cref="RuncsException">The cgroup has no such file, or it cannot be read or written; then all run.</exception>
    public abstract bool TryFreeze();

    /// <summary>Lets the processes continue. Does nothing if the cgroup is gone.</summary>
    /// <exception cref="RuncsException"/>
    public abstract void Thaw();

    /// <summary>Thaws processes that SIGKILL does not end while they are frozen, with all cgroups below.</summary>
    /// <exception cref="RuncsException">A process stays frozen.</exception>
    public virtual void ThawAll() { }

    /// <summary>The cgroup itself is frozen, and not only one above it. One that does not exist is not.</summary>
    /// <exception cref="RuncsException">It is unknown.</exception>
    public abstract bool IsFrozen();

    /// <summary>The cgroup is frozen or about to be, by itself or by one above it.</summary>
    /// <exception cref="RuncsException">It is unknown.</exception>
    public virtual bool HoldsProcesses() => IsFrozen();
}
