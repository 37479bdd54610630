// SPDX-License-Identifier: Apache-2.0
// Stopping the processes and letting them continue.
using Runcs.Native;

namespace Runcs.Cgroups;

public abstract partial class Cgroup
{
    private protected abstract Freezer Freezer { get; }

    /// <summary>Stops every process until <see cref="Thaw"/>; returns once all have stopped.</summary>
    /// <exception cref="RuncsException">They did not stop within two seconds, and run again.</exception>
    public void Freeze()
    {
        Freezer freezer = Freezer;
        const string Failed = "unable to freeze the container's cgroup: ";
        if (!freezer.IsSupported) throw new RuncsException(Failed + "it has no freezer, which the host has not mounted or did not permit");
        bool isFrozen;
        try
        {
            isFrozen = freezer.TryFreeze();
        }
        catch (RuncsException e)
        {
            throw new RuncsException(Failed + e.Message, e);
        }
        if (!isFrozen) throw new RuncsException(Failed + "a process in it cannot be stopped");
    }

    /// <summary>Lets the processes continue. Does nothing if the cgroup is gone.</summary>
    /// <exception cref="RuncsException"/>
    public void Thaw() => Freezer.Thaw();

    /// <summary>Thaws processes that SIGKILL alone would not end, including those that the container has frozen itself; none on v2.</summary>
    /// <exception cref="RuncsException">A process stays frozen.</exception>
    public void ThawForKill() => Freezer.ThawAll();

    /// <summary>The cgroup itself is frozen, and not only one above it.</summary>
    /// <exception cref="RuncsException">It is unknown.</exception>
    public bool IsFrozen() => Freezer.IsFrozen();

    /// <summary>A process in the cgroup would not run.</summary>
    /// <exception cref="RuncsException">It is unknown.</exception>
    internal bool HoldsProcesses() => Freezer.HoldsProcesses();
}
