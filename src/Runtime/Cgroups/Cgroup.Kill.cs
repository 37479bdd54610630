// SPDX-License-Identifier: Apache-2.0
// Signals to all processes.
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Kernel = Runcs.Native.Processes;

namespace Runcs.Cgroups;

public abstract partial class Cgroup
{
    /// <summary>
    /// Sends a signal to every process, including those that are forked meanwhile; SIGKILL also ends frozen ones. Does not wait
    /// for their end.
    /// </summary>
    /// <param name="signal">As for kill(2).</param>
    /// <returns>There was a process.</returns>
    /// <exception cref="RuncsException">The caller is in the cgroup.</exception>
    public bool Kill(int signal)
    {
        IReadOnlyList<int> processes = Processes();
        if (processes.Count == 0) return false;
        foreach (int pid in processes)
        {
            if (pid == Kernel.GetPid()) throw new RuncsException("this process is itself in the container's cgroup: it would be frozen or killed with it");
        }
        if (signal == Kernel.SIGKILL)
            KillAll();
        else
            SignalFrozen(signal);
        return true;
    }

    /// <summary>Kills processes that keep the cgroup from being removed.</summary>
    /// <param name="processes">Their pids.</param>
    /// <exception cref="RuncsException">As of <see cref="Kill"/>, and for a process that is frozen in another cgroup.</exception>
    public void KillRemaining(IReadOnlyList<int> processes)
    {
        Kill(Kernel.SIGKILL);
        foreach (int pid in processes) CheckNotFrozen(pid);
    }

    /// <summary>After SIGKILL.</summary>
    /// <exception cref="RuncsException">The process is frozen, in a cgroup that is not the container's.</exception>
    public virtual void CheckNotFrozen(int pid) { }

    private protected abstract void KillAll();

    /// <summary>Freezes, signals, thaws: a frozen process neither forks nor ends, so no pid is reused.</summary>
    /// <returns>False if the processes could not be frozen.</returns>
    /// <exception cref="RuncsException">The processes cannot be found, or not thawed.</exception>
    private protected bool SignalFrozen(int signal)
    {
        Freezer freezer = Freezer;
        bool wasFrozen = freezer.IsFrozen();
        bool isFrozen = wasFrozen || TryFreeze(freezer);
        foreach (int pid in Processes()) Kernel.TryKill(pid, signal);
        if (!wasFrozen || signal == Kernel.SIGKILL) freezer.Thaw();
        return isFrozen;
    }

    // A signal reaches processes that run as well.
    private static bool TryFreeze(Freezer freezer)
    {
        try
        {
            return freezer.TryFreeze();
        }
        catch (RuncsException e)
        {
            if (Log.IsDebug) Log.Debug($"the processes are not frozen for the signal: {e.Message}");
            return false;
        }
    }
}
