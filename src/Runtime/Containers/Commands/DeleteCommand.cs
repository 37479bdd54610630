// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Cgroups;
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
            if (!force) throw ContainerErrors.DoesNotExist(root, id, Leftover(directory));
            // A create was killed before it wrote its intent: there is only the directory.
            directory?.Remove();
            return;
        }
        if (record.MayRestart) KeeperCall.EndRestarts(root, id);
        EndProcess(directory!, record, force);
        Destroy(directory!, record, force);
    }

    // The remains of a damaged container must be removable: --force kills its process and removes its directory.
    private static ContainerRecord? ReadRecord(StateDirectory directory, bool force)
    {
        try
        {
            if (!force) return directory.ReadRecord();
            return directory.ReadRecordWithoutInit() ?? WithoutRecord(directory, $"{directory.Path}/state.json is missing");
        }
        // It is damaged; one that cannot be read may be whole.
        catch (RuncsException e) when (force && (!e.Errno.IsError || e.Errno.Value is Errno.EFBIG or Errno.EISDIR or Errno.ELOOP or Errno.ENXIO))
        {
            return WithoutRecord(directory, e.Message) ?? new ContainerRecord { Id = directory.Id, PrivatePidNamespace = true };
        }
    }

    // Its first process alone is known; null if it has none.
    private static ContainerRecord? WithoutRecord(StateDirectory directory, string problem)
    {
        try
        {
            ProcessIdentity init = directory.ReadInit();
            if (init.Pid == 0) return null;
            Log.Warn($"cgroups are not removed and poststop hooks are not run: {problem}");
            return new ContainerRecord { Id = directory.Id, Init = init, PrivatePidNamespace = true };
        }
        catch (RuncsException e) when (!e.Errno.IsError)
        {
            throw new RuncsException($"cannot delete container {directory.Id}: its processes are unknown: {problem}; {e.Message}: end them, and remove {directory.Path}");
        }
    }

    /// <summary>Removes the remains of a container whose first process has ended. The caller holds its lock.</summary>
    /// <param name="directory">The container's.</param>
    /// <param name="record">The container's.</param>
    /// <param name="force">Processes in its cgroups are killed, also if the record does not account for them.</param>
    /// <exception cref="RuncsException"/>
    public static void Destroy(StateDirectory directory, ContainerRecord record, bool force)
    {
        // Before the directory is removed, since it has the config with the hooks.
        Hook[] poststop = record.HasHooks("poststop") ? ReadPoststop(directory) : [];
        DestroyEnvironment(directory, record, force);
        directory.Remove();
        Log.Debug("cgroups and state directory removed");
        // From here on the id is free, so that other commands do not wait for the hooks.
        directory.Dispose();
        ContainerHooks.RunPoststop(poststop, record);
    }

    /// <summary>As <see cref="Destroy"/>, but the container's directory stays, for the container to be created again.</summary>
    /// <exception cref="RuncsException"/>
    internal static void Clear(StateDirectory directory, ContainerRecord record)
    {
        Hook[] poststop = record.HasHooks("poststop") ? ReadPoststop(directory) : [];
        DestroyEnvironment(directory, record, force: true);
        directory.RemoveChannels();
        ContainerHooks.RunPoststop(poststop, record);
    }

    private static void DestroyEnvironment(StateDirectory directory, ContainerRecord record, bool force)
    {
        bool kills = force || !record.PrivatePidNamespace || record.Init.Pid == 0;
        using (Cgroup? cgroup = ContainerCgroup.Open(record))
        {
            if (!record.PrivatePidNamespace || record.Init.Pid == 0)
            {
                if (!force && cgroup != null) CheckRecord(directory, record, cgroup.Processes());
                cgroup?.Kill(Native.Processes.SIGKILL);
            }
            cgroup?.Destroy(kills ? cgroup.KillRemaining : processes => CheckRecord(directory, record, processes));
        }
        if (record.RootMount != 0) RootOnHost.Unmount(record.Rootfs, record.RootMount);
        ResctrlGroup.Remove(record.ResctrlMade);
    }

    // A process of the recorded pid that started at another time is usually a later one. In the container's cgroup it is the init
    // of a damaged record, and so is the first process of a pid namespace, with which all others in it have ended.
    private static void CheckRecord(StateDirectory directory, ContainerRecord record, IReadOnlyList<int> processes)
    {
        foreach (int pid in processes)
        {
            bool isMisfit = pid == record.Init.Pid || (record.PrivatePidNamespace && ProcessIdentity.IsFirstOfNamespace(pid));
            if (!isMisfit || ProcessIdentity.Of(pid) is not { Pid: > 0 } now || now == record.Init) continue;
            throw new RuncsException($"cannot delete container {record.Id}: its cgroup has process \"{now.ToText()}\", but {directory.Path}/init is \"{record.Init.ToText()}\": delete --force kills it");
        }
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
        if (!force && (!StageWaits(directory) || Container.IsPausedBeforeStart(record)) && !directory.WasNeverOffered())
        {
            string status = ContainerCgroup.IsFrozen(record) ? ContainerStatus.Paused : ContainerStatus.Running;
            // Concatenated: the interpolation of five parts opens /dev/urandom (for the hash code of a pooled array).
            throw new RuncsException(string.Concat("cannot delete container ", record.Id, " that is not stopped: ", status + ": end it with kill first, or kill and delete it with delete --force"));
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
