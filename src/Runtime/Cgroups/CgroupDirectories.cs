// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Cgroups;

/// <summary>The container's directories in all hierarchies.</summary>
internal sealed class CgroupDirectories : IDisposable
{
    private readonly CgroupDirectory[] _all;

    public CgroupDirectories(CgroupPlace[] places, bool isUnified)
    {
        IsUnified = isUnified;
        _all = new CgroupDirectory[places.Length];
        for (int i = 0; i < _all.Length; i++) _all[i] = new CgroupDirectory(Tree, places[i]);
    }

    public CgroupTree Tree { get; } = new();

    /// <summary>Cgroup v2 alone: one directory for every controller.</summary>
    public bool IsUnified { get; }

    /// <summary>In the order of the plan, with those that could not be made.</summary>
    public CgroupDirectory[] All => _all;

    /// <summary>The directory that has a controller's files.</summary>
    /// <param name="controller">A controller; <see cref="CgroupHierarchy.Unified"/> for the v2 hierarchy.</param>
    /// <returns>Null if the host has no such hierarchy or the directory could not be made.</returns>
    public CgroupDirectory? Find(string controller) => FindFirst(controller);

    /// <summary>
    /// A directory that lists all processes of the container. On v1 a process is in every hierarchy; the freezer's comes first,
    /// since the processes that are frozen there must be those that are then signalled.
    /// </summary>
    public CgroupDirectory? FindForProcesses() => Find("freezer") ?? Find("pids") ?? Find("devices") ?? FindFirst(null);

    /// <summary>The processes of <see cref="FindForProcesses"/>, or of the first directory that has any: others may have moved them out of the one, or removed it.</summary>
    /// <exception cref="RuncsException">They cannot be read.</exception>
    public IReadOnlyList<int> Processes()
    {
        CgroupDirectory? usual = FindForProcesses();
        IReadOnlyList<int> processes = usual?.Processes() ?? [];
        for (int i = 0; i < _all.Length && processes.Count == 0; i++)
        {
            if (_all[i] != usual && !_all[i].IsMissing) processes = _all[i].Processes();
        }
        return processes;
    }

    private CgroupDirectory? FindFirst(string? controller)
    {
        foreach (CgroupDirectory directory in _all)
        {
            if (!directory.IsMissing && (controller == null || IsUnified || directory.Place.Has(controller))) return directory;
        }
        return null;
    }

    public void Dispose()
    {
        foreach (CgroupDirectory directory in _all) directory.Close();
        Tree.Dispose();
    }
}
