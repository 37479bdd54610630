// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec.Json;

namespace Runcs.Cgroups.V2;

/// <summary>Cgroup v2: one directory for everything.</summary>
internal sealed class CgroupV2(CgroupPlace place, CgroupPlan? plan, string unit) : Cgroup(plan, unit)
{
    private readonly string _path = CgroupTree.Relative(place);
    private Fd? _directory;
    private bool _isNew;

    public override bool IsUnified => true;

    public override int CreateForClone()
    {
        if (Unit.Length > 0) return -1;
        DecideLack();
        Create();
        return _directory?.Value ?? -1;
    }

    public override void Create()
    {
        if (_directory != null || LacksSome) return;
        _isNew = Make(place, _path);
        if (LacksSome) return;
        if (!_isNew && Unit.Length == 0) Check(Plan!.Checks);
        Subtree.Prepare(Tree, place, _path, Plan!);
        if (Plan!.Owner is { } owner) Ownership.Give(Tree, place, _path, owner);
        Open();
    }

    public override Errno TryOpenForClone(out int directory)
    {
        Errno errno = Tree.TryOpen(_path, Files.O_RDONLY | Files.O_DIRECTORY, out _directory);
        directory = _directory?.Value ?? -1;
        return errno;
    }

    private Fd Open()
    {
        if (_directory != null) return _directory;
        Errno errno = Tree.TryOpen(_path, Files.O_RDONLY | Files.O_DIRECTORY, out _directory);
        return errno.IsError ? throw RuncsException.At(PathOrigin, "openat", place.HostPath, errno) : _directory!;
    }

    public override void JoinSelf(bool cloned)
    {
        // systemd has moved it, unless another process has become the first meanwhile: to look costs less than a move (see there).
        if (!cloned && !LacksSome && !(Unit.Length > 0 && Tree.Contains(_path, Native.Processes.GetPid()))) Enter("0");
    }

    public override void Join(int pid) => Enter(pid.ToString());

    private void Enter(string pid)
    {
        Errno errno = Tree.TryWrite(_path, "cgroup.procs", pid);
        if (errno.IsError) throw RuncsException.At(PathOrigin, "write", place.HostPath + "/cgroup.procs", errno);
    }

    private protected override void ApplyDevices()
    {
        if (LacksSome) return;
        try
        {
            DeviceFilter.Attach(_directory!, Plan!.Devices, _isNew);
        }
        catch (RuncsException e) when (IsRootless)
        {
            // A user namespace's root may not load the program.
            Log.Debug(e.Message);
        }
    }

    public override void ReplaceDevices(IReadOnlyList<DeviceRule> rules) => DeviceFilter.Attach(Open(), rules, isNew: false);

    private protected override string PathOf(string controller) => _path;

    public override CgroupLimits ReadLimits()
    {
        Tree.TryRead(_path, "cgroup.controllers", out string controllers);
        bool hasQuota = !Tree.TryRead(_path, "cpu.max", out string quota).IsError;
        string[] words = quota.Split(' ');
        return new CgroupLimits
        {
            IsUnified = true,
            Controllers = CgroupFacts.Words(controllers),
            Memory = ReadBytes("memory.max"),
            CpuQuota = hasQuota ? words[0] : null,
            CpuPeriod = words.Length == 2 && ulong.TryParse(words[1], out ulong period) ? period : null,
            Unit = Unit,
        };
    }

    private protected override long InUse(bool withSwap) => (ReadBytes("memory.current") ?? 0) + (withSwap ? ReadBytes("memory.swap.current") ?? 0 : 0);

    // Null without the file, -1 for "max".
    private long? ReadBytes(string file)
    {
        if (Tree.TryRead(_path, file, out string text).IsError) return null;
        return long.TryParse(text, out long bytes) ? bytes : -1;
    }

    public override bool Exists() => Tree.Exists(_path);

    public override IReadOnlyList<int> Processes() => Tree.Processes(_path);

    // cgroup.kill is of Linux 5.14; it takes what is forked meanwhile too. A threaded cgroup refuses it (EOPNOTSUPP).
    private protected override void KillAll()
    {
        if (Tree.TryWrite(_path, "cgroup.kill", "1").IsError) SignalFrozen(Native.Processes.SIGKILL);
    }

    private protected override bool TryFreeze()
    {
        const int Looks = 2000; // of a millisecond
        if (Tree.TryWrite(_path, "cgroup.freeze", "1").IsError) return false;
        for (int look = 0; look < Looks; look++)
        {
            switch (Tree.ReadKey(_path, "cgroup.events", "frozen"))
            {
                case 1: return true;
                case null: return false;
                default: Pause(1); break;
            }
        }
        Thaw();
        return false;
    }

    public override void Thaw() => Tree.TryWrite(_path, "cgroup.freeze", "0");

    public override bool IsFrozen() => !Tree.TryRead(_path, "cgroup.freeze", out string state).IsError && state == "1";

    public override ulong OomKills() => Tree.ReadKey(_path, "memory.events", "oom_kill") ?? 0;

    private protected override void WriteStats(JsonText json, ReadStatFile read, IReadOnlyList<string> pageSizes) => Stats.Write(json, read, pageSizes);

    public override OomWatch? WatchOom() => Tree.Exists(_path + "/memory.events") ? OomEvents.Open(this, place.HostPath + "/memory.events") : null;

    private protected override string? DirectoryFor(string controller) => _path;

    private protected override void DestroyDirectories() => Remove(_path);

    public override void Dispose()
    {
        _directory?.Dispose();
        base.Dispose();
    }
}
