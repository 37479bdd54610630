// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Cgroups.V1;

/// <summary>Makes cgroups of v1, and of v2 beside them (hybrid): membership everywhere, limits in v1.</summary>
internal sealed class NewCgroupV1(CgroupPlan plan) : NewCgroup(plan)
{
    private protected override void CreateUnified(CgroupDirectory directory) => Make(directory);

    public override void Create()
    {
        foreach (CgroupDirectory directory in Directories.All)
        {
            if (directory.IsOpen || directory.IsMissing) continue;
            bool isNew = Make(directory);
            if (!directory.IsMissing && directory.Place.Has(CpusetController.Name)) Cpuset.Inherit(directory, isNew, Plan);
        }
        Apply(CgroupPhase.Initial);
    }

    public override void StepOutOfMemory()
    {
        if (Plan.OwnMemory is { } own) new CgroupDirectory(Directories.Tree, own).EnterSelf();
        Apply(CgroupPhase.SteppedOut);
    }

    public override Fd? OpenStepIntoMemory()
    {
        if (Directories.Find("memory") is not { } memory) return null;
        Errno errno = memory.TryOpenEntry(out Fd? fd);
        return errno.IsError ? throw memory.EntryFailed("openat", errno) : fd;
    }
}
