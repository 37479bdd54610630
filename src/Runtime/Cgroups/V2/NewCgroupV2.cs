// SPDX-License-Identifier: Apache-2.0
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Cgroups.V2;

/// <summary>Makes a cgroup of v2: one directory for everything.</summary>
internal sealed class NewCgroupV2(CgroupPlan plan) : NewCgroup(plan)
{
    private bool _isNew;

    // cgroup.procs of this process's own cgroup, opened here since one that the child opens in its cgroup namespace could not be
    // written (cgroups(7), nsdelegate).
    private Fd? _outside;

    private CgroupDirectory Directory => Directories.All[0];

    public override void Create()
    {
        if (!Directory.IsOpen && !Directory.IsMissing) CreateUnified(Directory);
    }

    private protected override void CreateUnified(CgroupDirectory directory)
    {
        _isNew = Make(directory);
        if (directory.IsMissing) return;
        if (!_isNew && Plan.Unit == null) Cgroup.Check(Plan.Checks);
        Subtree.Prepare(directory, Plan);
        if (Plan.Owner is { } owner) Ownership.Give(directory, owner);
        directory.Open();
        if (Plan.OwnMemory is { } own) new CgroupDirectory(Directories.Tree, own).TryOpenEntry(out _outside);
    }

    public override void StepOutOfMemory()
    {
        if (_outside != null) Files.TryWrite(_outside.Value, "0"u8, out _);
    }

    public override void StepIntoMemory(int pid)
    {
        Apply(CgroupPhase.SteppedOut);
        if (_outside == null) return;
        Errno errno = Directory.TryWrite(Directory.FileOfSelf, pid.ToString());
        if (errno.IsError) throw Directory.EntryFailed("write", errno);
    }

    public override void Dispose()
    {
        _outside?.Dispose();
        base.Dispose();
    }

    private protected override void ApplyDevices()
    {
        if (Directory.IsMissing) return;
        try
        {
            DeviceFilter.Attach(Directory.Open(), Plan.Devices, _isNew);
        }
        catch (RuncsException e) when (Plan.Rootless)
        {
            // The root of a user namespace may not load the program.
            Log.Debug(e.Message);
        }
    }
}
