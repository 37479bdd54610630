// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Containers.Storage;
using Runcs.Diagnostics;
using Runcs.IntelRdt;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Rootfs;

namespace Runcs.Containers.Commands;

/// <summary><c>delete</c>: ends the processes, removes the cgroups and the state directory, then runs the poststop hooks.</summary>
public static class DeleteCommand
{
    /// <param name="force">Kills a running container; a container that does not exist is not an error.</param>
    /// <exception cref="RuncsException"/>
    public static void Run(string root, string id, bool force)
    {
        using StateDirectory? directory = StateDirectory.Open(root, id);
        ContainerRecord? record = directory == null ? null : ReadRecord(directory, force);
        if (record == null)
        {
            if (!force) throw new RuncsException(Container.DoesNotExist + Leftover(directory));
            // A create was killed before it wrote its intent: there is only the directory.
            directory?.Remove();
            return;
        }
        EndProcess(directory!, record, force);
        Destroy(directory!, record);
    }

    // The remains of a damaged container must be removable: --force kills its process and removes its directory.
    private static ContainerRecord? ReadRecord(StateDirectory directory, bool force)
    {
        try
        {
            return directory.ReadRecord();
        }
        catch (RuncsException e) when (force)
        {
            Log.Warn($"cgroups are not removed and poststop hooks are not run: {e.Message}");
            return new ContainerRecord { Id = directory.Id, Init = directory.ReadInit(), PrivatePidNamespace = true };
        }
    }

    /// <summary>Removes the remains of a container whose first process has ended. The caller holds its lock.</summary>
    /// <exception cref="RuncsException"/>
    public static void Destroy(StateDirectory directory, ContainerRecord record)
    {
        // Before the directory is removed, since it has the config with the hooks.
        Hook[] poststop = record.HasHooks("poststop") ? ReadPoststop(directory) : [];
        if (!record.PrivatePidNamespace || record.Init.Pid == 0) ContainerCgroup.KillAll(record);
        ContainerCgroup.Remove(record);
        if (record.RootMount != 0) RootOnHost.Unmount(record.Rootfs, record.RootMount);
        ResctrlGroup.Remove(record.ResctrlMade);
        directory.Remove();
        Log.Debug("cgroups and state directory removed");
        // From here on the id is free, so that other commands do not wait for the hooks.
        directory.Dispose();
        ContainerHooks.RunPoststop(poststop, record);
    }

    // Without a config, an earlier delete was killed after it had removed it; a damaged config stays damaged. Neither may
    // prevent the removal of the rest.
    private static Hook[] ReadPoststop(StateDirectory directory)
    {
        try
        {
            return ContainerHooks.Read(directory).Poststop;
        }
        catch (RuncsException e) when (!e.Errno.IsError || e.Errno.Value == Errno.ENOENT)
        {
            Log.Warn($"the poststop hooks are not run: {e.Message}");
            return [];
        }
    }

    private static void EndProcess(StateDirectory directory, ContainerRecord record, bool force)
    {
        using Fd? init = record.Init.Open();
        if (init == null) return;
        if (!force && (!StageWaits(directory) || Container.IsPausedBeforeStart(record)) && !directory.WasNeverOffered)
        {
            string status = ContainerCgroup.IsFrozen(record) ? ContainerStatus.Paused : ContainerStatus.Running;
            throw new RuncsException($"cannot delete container {record.Id} that is not stopped: {status}");
        }
        Container.KillAndWait(record, init);
    }

    private static bool StageWaits(StateDirectory directory)
    {
        using Fd? start = directory.OpenStart();
        return start != null;
    }

    private static string Leftover(StateDirectory? directory) =>
        directory is { IsLinked: true } ? $"; {directory.Path} is a leftover of a killed create; remove it with delete --force" : "";
}
