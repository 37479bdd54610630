// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Containers.Storage;
using Runcs.Native;

namespace Runcs.Containers.Commands;

/// <summary><c>resume</c>: thaws the processes of a paused container.</summary>
public static class ResumeCommand
{
    /// <exception cref="RuncsException">It is not paused.</exception>
    public static void Run(string root, string id)
    {
        using StateDirectory directory = StateDirectory.Open(root, id) ?? throw ContainerErrors.DoesNotExist(root, id);
        ContainerRecord record = directory.ReadRecord() ?? throw ContainerErrors.DoesNotExist(root, id);
        using Cgroup? cgroup = record.Init.Exists() ? ContainerCgroup.Open(record) : null;
        if (cgroup == null || !cgroup.IsFrozen()) throw ContainerErrors.NotPaused(root, record);
        cgroup.Thaw();
        if (cgroup.IsFrozen()) throw new RuncsException("unable to thaw the container's cgroup");
    }
}
