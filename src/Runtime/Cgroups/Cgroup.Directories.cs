// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Cgroups;

// Making and removing what all drivers have: a directory that is the container's, and those above it.
public abstract partial class Cgroup
{
    /// <summary>The directories that this object has made, the upper first; the container's own among them.</summary>
    private readonly List<string> _made = [];
    private readonly List<string> _own = [];

    /// <summary>Create has found the cgroup free, or made it: what is in there is the container's.</summary>
    private bool _isOurs;

    /// <summary>systemd has made the unit, or is about to.</summary>
    private bool _hasUnit;

    /// <summary>Makes the container's directory in one hierarchy. True if it was not there.</summary>
    private protected bool Make(CgroupPlace place, string path)
    {
        Errno errno = Tree.TryMake(path, _made);
        if (errno.Value == Errno.EEXIST)
        {
            // In that of a unit the container's first process is already.
            if (!_hasUnit) CheckUnused(Tree.Processes(path).Count);
            if (_mayLack && !IsUnified && LacksEntry(place, path)) return false;
            _isOurs = true;
            return false;
        }
        if (errno.IsError)
        {
            if (TryGoWithout(place, "mkdirat", errno)) return false;
            string hint = errno.Value is Errno.EROFS or Errno.EACCES or Errno.EPERM ? "the cgroups must be writable: run as root, with /sys/fs/cgroup mounted read-write" : "";
            throw RuncsException.At(PathOrigin, new SyscallException("mkdirat", place.HostPath, errno).Message + Behind(hint));
        }
        _own.Add(path);
        _isOurs = true;
        return true;
    }

    // One that is there but may not be entered is as good as none.
    private bool LacksEntry(CgroupPlace place, string path)
    {
        Errno errno = Tree.TryOpen(path + (place.IsUnified ? "/cgroup.procs" : "/tasks"), Files.O_WRONLY, out Fd? fd);
        fd?.Dispose();
        return errno.IsError && TryGoWithout(place, "openat", errno);
    }

    /// <summary>
    /// Refuses a cgroup in which something runs. Before create records the paths: whoever finds them recorded may kill all
    /// that is in there.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void CheckUnused()
    {
        if (Exists()) CheckUnused(Processes().Count);
    }

    // What runs in a cgroup that is there already would get the container's limits and be killed with it; in a frozen one the
    // container would never begin. The words are runc's.
    private void CheckUnused(int count)
    {
        if (count > 0) throw new RuncsException($"container's cgroup is not empty: {count} process(es) found");
        if (HoldsProcesses()) throw new RuncsException("container's cgroup unexpectedly frozen");
    }

    /// <summary>Reverses the making: takes away what this object has made, parents too unless somebody else has come to use them.</summary>
    /// <exception cref="RuncsException">A process is still in it.</exception>
    public void Undo()
    {
        if (_hasUnit) StopUnit();
        foreach (string path in _own) Remove(path);
        for (int i = _made.Count - 1; i >= 0; i--)
        {
            if (!_own.Contains(_made[i])) Tree.TryRemove(_made[i]);
        }
        _own.Clear();
        _made.Clear();
    }

    // The directories go even if systemd cannot be asked: it finds out by itself that they are gone.
    private void StopUnit()
    {
        try
        {
            Systemd.Units.Stop(Unit);
        }
        catch (Exception e) when (e is RuncsException or SyscallException)
        {
            Log.Warn($"unable to stop unit \"{Unit}\": {e.Message}");
        }
    }

    /// <summary>Removes a directory of the container's with all below, waiting for processes that are about to be gone.</summary>
    private protected void Remove(string path)
    {
        const int LongestWait = 100, Patience = 10_000; // milliseconds
        for (int waited = 0, wait = 1; ; waited += wait, wait = Math.Min(wait * 2, LongestWait))
        {
            Errno errno = Tree.TryRemoveAll(path);
            // What was never made has nothing to remove, but rmdir(2) says first that the mount is read-only.
            if (!errno.IsError || (IsOfPermission(errno) && !Tree.Exists(path))) return;
            if (errno.Value != Errno.EBUSY || waited >= Patience)
                throw new RuncsException($"unable to remove the container's cgroup: {new SyscallException("rmdir", path, errno).Message}{Occupants(path)}");
            Pause(wait);
        }
    }

    private string Occupants(string path)
    {
        List<int> processes = Tree.Processes(path);
        return processes.Count == 0 ? "" : $": still in it: {string.Join(", ", processes)}";
    }
}
