// SPDX-License-Identifier: Apache-2.0
// Limits of a running container: update.
using System.Collections.Generic;
using Runcs.Cgroups.Systemd;
using Runcs.Native;

namespace Runcs.Cgroups;

public abstract partial class Cgroup
{
    /// <summary>The limits that <see cref="CgroupPlanner.PlanUpdate"/> depends on.</summary>
    public abstract CgroupLimits ReadLimits();

    /// <summary>Writes other limits. If the kernel refuses one, those before it get their old values back.</summary>
    /// <exception cref="RuncsException"/>
    public void Update(CgroupUpdate update)
    {
        Check(update.Checks);
        SavedValues old = SavedValues.Read(Directories, update.Writes);
        try
        {
            // Before the files, some of which it writes itself.
            if (Unit.Length > 0) Units.Set(Unit, update.Properties);
            new CgroupWriter(Directories).Apply(update.Writes);
        }
        catch
        {
            old.Restore();
            throw;
        }
    }

    /// <exception cref="RuncsException">More memory is in use.</exception>
    internal void Check(MemoryCheck[] checks)
    {
        foreach (MemoryCheck check in checks)
        {
            long used = MemoryInUse(check.WithSwap);
            if (used >= check.Limit) throw RuncsException.At(check.JsonPath, $"{check.Limit} is not above the current usage ({used}), and checkBeforeUpdate is set");
        }
    }

    /// <summary>Bytes; 0 on v1, where the kernel itself refuses a limit below the memory in use (EBUSY).</summary>
    private protected virtual long MemoryInUse(bool withSwap) => 0;
}
