// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using static Runcs.Native.OpenTreeFlags;

namespace Runcs.Rootfs;

/// <summary>
/// Mounts made before their turn, while there are the privileges for it: the source of a bind for its own step, and a file system
/// for all steps that configure it alike, which get copies of the first one. So their number does not grow with the config.
/// </summary>
internal sealed class ReadyMounts : IDisposable
{
    private readonly List<Entry> _entries = [];

    private sealed class Entry(MountStep first, string hierarchy, Fd mount)
    {
        public readonly MountStep First = first;
        public readonly string Hierarchy = hierarchy;
        public readonly Fd Mount = mount;

        /// <summary>How many steps it is for.</summary>
        public int Steps = 1;

        /// <summary>The first step has put it on its place.</summary>
        public bool IsAttached;
    }

    public void Add(MountStep step, Fd mount, string hierarchy = "") => _entries.Add(new Entry(step, hierarchy, mount));

    /// <summary>Whether what is ready serves this step too; then the step may take it.</summary>
    public bool TryShare(MountStep step, string hierarchy = "")
    {
        if (Find(step, hierarchy) is not { } entry) return false;
        entry.Steps++;
        return true;
    }

    /// <summary>The mount for a step; null if none was made.</summary>
    /// <param name="isCopy">It has the attributes of another step.</param>
    /// <exception cref="RuncsException"/>
    public Fd? Take(MountStep step, out bool isCopy, string hierarchy = "")
    {
        isCopy = false;
        if (Find(step, hierarchy) is not { } entry) return null;
        entry.Steps--;
        if (entry.IsAttached)
        {
            isCopy = true;
            MountApi.TryOpenTree(entry.Mount.Value, "", OPEN_TREE_CLONE | OpenTreeFlags.AT_EMPTY_PATH, out Fd? copy).OrThrow("open_tree", step.Type);
            return copy;
        }
        // Before Linux 6.15 only attached mounts can be copied: the others wait for that.
        entry.IsAttached = true;
        if (entry.Steps > 0) return Descriptors.Duplicate(entry.Mount.Value);
        _entries.Remove(entry);
        return entry.Mount;
    }

    public void Dispose()
    {
        foreach (Entry entry in _entries) entry.Mount.Dispose();
    }

    private Entry? Find(MountStep step, string hierarchy)
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Hierarchy == hierarchy && Serves(entry.First, step)) return entry;
        }
        return null;
    }

    private static bool Serves(MountStep first, MountStep step) => first.Index == step.Index
        || (first.Kind == step.Kind && step.Kind != MountKind.Bind && first.Type == step.Type && AreSame(first.Parameters, step.Parameters)
            // Those of a hierarchy are in its options.
            && (step.Kind != MountKind.Cgroup || (first.Options.Attributes == step.Options.Attributes && AreSame(first.Options.Parameters, step.Options.Parameters))));

    private static bool AreSame(IReadOnlyList<MountParameter> some, IReadOnlyList<MountParameter> others)
    {
        if (some.Count != others.Count) return false;
        for (int i = 0; i < some.Count; i++)
        {
            if (some[i] != others[i]) return false;
        }
        return true;
    }
}
