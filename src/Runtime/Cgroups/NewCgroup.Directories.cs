// SPDX-License-Identifier: Apache-2.0
// Making the directories, of which one in use is refused and one that is not permitted may be missing; removing them on failure.
using System.Collections.Generic;
using Runcs.Cgroups.Systemd;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Cgroups;

public abstract partial class NewCgroup
{
    private const string Field = "linux.cgroupsPath";

    /// <summary>The directories that this object has made, the upper first; those of the container among them.</summary>
    private readonly List<string> _made = [];

    /// <summary>The container's own of <see cref="_made"/>.</summary>
    private readonly List<string> _own = [];

    /// <summary>Create has found the cgroup unused, or made it: the processes in it are the container's.</summary>
    private bool _isOurs;

    private bool _mayLack;

    /// <summary>
    /// Refuses a cgroup with a running process. Called before create records the paths: a delete kills all processes in
    /// the recorded cgroup.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void CheckUnused()
    {
        if (Directories.FindForProcesses() is { } directory && directory.Exists()) CheckUnused(directory);
    }

    // Processes in an existing cgroup would get the container's limits and be killed with it; in a frozen one the
    // container would never start. The messages are runc's.
    private void CheckUnused(CgroupDirectory directory)
    {
        IReadOnlyList<int> processes = directory.Processes();
        string path = directory.Place.HostPath;
        if (processes.Count > 0)
            throw new RuncsException($"container's cgroup is not empty: {processes.Count} process(es) found: process {processes[0]}{NameOf(processes[0])} is in {path}: choose another linux.cgroupsPath, or end the processes");
        if (Cgroup.HoldsProcesses()) throw new RuncsException($"container's cgroup unexpectedly frozen: {(Directories.Find("freezer") ?? directory).Place.HostPath}: thaw it, remove it, or choose another linux.cgroupsPath");
    }

    private static string NameOf(int pid)
    {
        try
        {
            return $" ({Files.ReadTextAt(Files.AT_FDCWD, $"/proc/{pid}/comm").TrimEnd('\n')})";
        }
        catch (RuncsException)
        {
            return "";
        }
    }

    /// <summary>
    /// Makes the container's directory in one hierarchy; marks it as missing if the container continues without it.
    /// </summary>
    /// <returns>It did not exist before.</returns>
    /// <exception cref="RuncsException"/>
    private protected bool Make(CgroupDirectory directory)
    {
        Errno errno = Directories.Tree.TryMake(directory.Path, _made);
        if (errno.Value == Errno.EEXIST)
        {
            // The cgroup of a unit has the container's first process already.
            if (!_hasUnit) CheckUnused(directory);
            if (_mayLack && !Plan.IsUnified && IsDeniedEntry(directory)) return false;
            _isOurs = true;
            return false;
        }
        if (errno.IsError)
        {
            if (TrySkip(directory, "mkdirat", errno)) return false;
            throw errno.Failure(Field, "mkdirat", directory.Place.HostPath).WithHint(Delegation.Remedy(directory.Place, errno));
        }
        _own.Add(directory.Path);
        _isOurs = true;
        return true;
    }

    private bool IsDeniedEntry(CgroupDirectory directory)
    {
        Errno errno = directory.TryOpenEntry(out Fd? fd);
        fd?.Dispose();
        return errno.IsError && TrySkip(directory, "openat", errno);
    }

    /// <summary>
    /// Continues without the cgroup in one hierarchy, if the plan permits it. The rules and messages are those of runc's
    /// --rootless.
    /// </summary>
    /// <exception cref="RuncsException">A limit needs the cgroup.</exception>
    private bool TrySkip(CgroupDirectory directory, string call, Errno errno)
    {
        if (!_mayLack || !CgroupTree.IsDenied(errno)) return false;
        string path = directory.Place.HostPath;
        if (Plan.FindLimit(directory.Place) is { } limit)
        {
            string why = errno.Describe(call, path);
            throw RuncsException.At(limit.JsonPath, Plan.IsUnified
                ? $"rootless needs no limits + no cgrouppath when no permission is granted for cgroups: {why}"
                : $"cannot set {limit.Controller} limit: container could not join or create cgroup: {why}", errno).WithHint(Delegation.Remedy(directory.Place, errno));
        }
        if (Log.IsDebug) Log.Debug($"no cgroup {path}: {errno.Message}");
        directory.IsMissing = true;
        return true;
    }

    /// <summary>Removes the directories that this object has made, and the parents among them unless others use them by now.</summary>
    /// <exception cref="RuncsException">A process is still in the container's cgroup.</exception>
    public void Undo()
    {
        if (_hasUnit) Units.Stop(Plan.Unit!.Name);
        foreach (string path in _own) CgroupRemoval.Remove(Directories.Tree, path);
        for (int i = _made.Count - 1; i >= 0; i--)
        {
            if (!_own.Contains(_made[i])) Directories.Tree.TryRemove(_made[i]);
        }
        _own.Clear();
        _made.Clear();
    }
}
