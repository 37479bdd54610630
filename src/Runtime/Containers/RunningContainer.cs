// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Storage;
using Runcs.Init.Parent;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Containers;

/// <summary>A container that accepts a further process.</summary>
internal static class RunningContainer
{
    /// <summary>A pidfd of its first process.</summary>
    /// <exception cref="RuncsException">It is not running; the message is runc's.</exception>
    internal static Fd Open(string root, ContainerRecord record, bool ignorePaused)
    {
        Fd init = record.Init.Open() ?? throw ExecTarget.Stopped();
        try
        {
            if (!StateDirectory.WasOffered(root, record.Id)) CheckMade(root, record.Id);
            CheckRuns(record, ignorePaused);
            return init;
        }
        catch
        {
            init.Dispose();
            throw;
        }
    }

    /// <exception cref="RuncsException">It is paused; the message is runc's.</exception>
    internal static void CheckRuns(ContainerRecord record, bool ignorePaused)
    {
        if (!ignorePaused && ContainerCgroup.IsFrozen(record)) throw new RuncsException("cannot exec in a paused container (use --ignore-paused to override)");
    }

    // Until its root is changed, entering the container would enter the host. `run` never offers a start, but its
    // container is complete once the lock is free.
    private static void CheckMade(string root, string id)
    {
        if (!StateDirectory.IsBusy(root, id)) return;
        using StateDirectory? directory = StateDirectory.Open(root, id);
        if (directory == null || !directory.IsLinked) throw ContainerErrors.DoesNotExist(root, id);
        if (directory.WasNeverOffered()) throw new RuncsException($"cannot exec in a container that is {ContainerStatus.Creating}");
    }
}
