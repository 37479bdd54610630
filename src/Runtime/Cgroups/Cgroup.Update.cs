// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Text;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Cgroups;

// Changing the limits of a container that is there.
public abstract partial class Cgroup
{
    /// <summary>What <see cref="CgroupPlanner.PlanUpdate"/> needs to know of the cgroup.</summary>
    public abstract CgroupLimits ReadLimits();

    /// <summary>Writes other limits. If the kernel refuses one, those before it get their old values back.</summary>
    /// <exception cref="RuncsException"/>
    public void Update(CgroupUpdate update)
    {
        Check(update.Checks);
        List<(string Path, string Text)> old = Read(update.Writes);
        try
        {
            // Before the files, some of which it writes itself.
            if (Unit.Length > 0) Systemd.Units.Set(Unit, update.Properties);
            Apply(update.Writes, null);
        }
        catch
        {
            for (int i = old.Count - 1; i >= 0; i--) Restore(old[i].Path, old[i].Text);
            // A value may have been held against one that had not its old value back yet.
            foreach ((string path, string text) in old) Restore(path, text);
            throw;
        }
    }

    /// <summary>
    /// Puts other device rules in the place of those that there are: at once on v2, and on v1 so that what both allow is
    /// allowed all the time.
    /// </summary>
    /// <param name="rules">From <see cref="CgroupPlanner.PlanDevices"/>.</param>
    /// <exception cref="RuncsException"/>
    public abstract void ReplaceDevices(IReadOnlyList<DeviceRule> rules);

    private protected void Check(IReadOnlyList<MemoryCheck> checks)
    {
        foreach (MemoryCheck check in checks)
        {
            long used = InUse(check.WithSwap);
            if (used >= check.Limit) throw RuncsException.At(check.Origin, $"{check.Limit} is not above the current usage ({used}), and checkBeforeUpdate is set");
        }
    }

    /// <summary>Bytes of memory; v1 has no need of it, for there the kernel refuses what checkBeforeUpdate is to refuse (EBUSY).</summary>
    private protected virtual long InUse(bool withSwap) => 0;

    private List<(string Path, string Text)> Read(IReadOnlyList<CgroupWrite> writes)
    {
        var old = new List<(string, string)>(writes.Count);
        foreach (CgroupWrite write in writes)
        {
            for (CgroupWrite? one = write; one != null; one = one.Instead)
            {
                string directory = PathOf(one.Controller), path = $"{directory}/{one.File}";
                if (old.Exists(value => value.Item1 == path) || Tree.TryRead(directory, one.File, out string text).IsError) continue;
                old.Add((path, text));
            }
        }
        return old;
    }

    // As well as can be: a file of devices is read as lines and written so.
    private void Restore(string path, string text)
    {
        if (Tree.TryOpen(path, Files.O_WRONLY, out Fd? fd).IsError) return;
        using (fd)
        {
            foreach (string line in text.Split('\n')) Files.TryWrite(fd!.Value, Encoding.UTF8.GetBytes(line + "\n"), out _);
        }
    }
}
