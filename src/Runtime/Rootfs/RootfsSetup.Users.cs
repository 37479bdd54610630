// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Rootfs;

// For a container with a user namespace: what is made ready before the process has the ids and only the privileges of it.
public sealed partial class RootfsSetup
{
    // Detached mounts, by the origin of their step.
    private Dictionary<string, Fd>? _ready;

    /// <summary>
    /// With the host's privileges, in the namespaces that the mounts are to show: makes what the container may not mount.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void MountForUserNamespace(UserNamespaceMounts mounts)
    {
        _sources = mounts.Sources;
        foreach (MountStep step in plan.Mounts)
        {
            bool isMapped = step is { Kind: MountKind.Bind, IdMapping: not null };
            if (!isMapped && !mounts.Has(step)) continue;
            List<MountParameter> parameters = ParametersOf(step, null);
            try
            {
                if (isMapped) MakeReady(step, OpenMappedSource(step));
                else MakeReady(step, step.Type == "proc" && mounts.NewProc != null ? mounts.NewProc(parameters, AttributesOf(step)) : NewFileSystem(step, parameters));
            }
            catch (SyscallException failure)
            {
                throw RuncsException.At(step.Origin, failure);
            }
        }
    }

    /// <summary>
    /// After <see cref="Prepare"/>, while the caller still has the host's ids: opens the sources of binds, which may lie below
    /// directories that are closed to the container's root. The kernel has locked what the user namespace may not undo of the
    /// host's mounts (mount_namespaces(7)), and the copies stay so.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void OpenSources()
    {
        if (!plan.OwnMountNamespace) return;
        foreach (MountStep step in plan.Mounts)
        {
            if (step.Kind != MountKind.Bind || step.IdMapping != null) continue;
            // What is not there may be made by an earlier step; and if not, that is told when it is its turn.
            if (!TryOpenSource(step, out Fd? source).IsError) MakeReady(step, source!);
        }
    }

    // mount_setattr(2): who maps the ids of a mount must have the privileges over its file system, which is the host's.
    private Fd OpenMappedSource(MountStep step)
    {
        Errno errno = TryOpenSource(step, out Fd? source);
        if (errno.IsError) throw new SyscallException("open_tree", step.Source, errno);
        try
        {
            MapIds(step, source!, step.IdMapping!);
            return source!;
        }
        catch
        {
            source!.Dispose();
            throw;
        }
    }

    private void MakeReady(MountStep step, Fd mount) => (_ready ??= []).Add(step.Origin, mount);

    private Fd? TakeReady(MountStep step) => _ready != null && _ready.Remove(step.Origin, out Fd? mount) ? mount : null;

    private void DisposeReady()
    {
        if (_ready == null) return;
        foreach (Fd mount in _ready.Values) mount.Dispose();
    }
}
