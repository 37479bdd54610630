// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec.Json;

namespace Runcs.Cgroups.V1;

/// <summary>Cgroup v1, and v1 with a v2 hierarchy beside it (hybrid): membership everywhere, limits in v1.</summary>
internal sealed class CgroupV1 : Cgroup
{
    private readonly IReadOnlyList<CgroupPlace> _places;
    private readonly string[] _paths;
    private readonly Freezer _freezer;
    private Fd? _unified;

    public CgroupV1(IReadOnlyList<CgroupPlace> places, CgroupPlan? plan, string unit) : base(plan, unit)
    {
        _places = places;
        _paths = new string[places.Count];
        for (int i = 0; i < _paths.Length; i++) _paths[i] = CgroupTree.Relative(places[i]);
        _freezer = new Freezer(Tree, Find("freezer"));
    }

    public override bool IsUnified => false;

    public override int CreateForClone()
    {
        DecideLack();
        int index = IndexOfUnified();
        if (index < 0 || Unit.Length > 0) return -1;
        Make(_places[index], _paths[index]);
        if (LacksSome) return -1;
        Errno errno = Tree.TryOpen(_paths[index], Files.O_RDONLY | Files.O_DIRECTORY, out _unified);
        return errno.IsError ? throw RuncsException.At(PathOrigin, "openat", _places[index].HostPath, errno) : _unified!.Value;
    }

    public override Errno TryOpenForClone(out int directory)
    {
        int index = IndexOfUnified();
        Errno errno = index < 0 ? Errno.None : Tree.TryOpen(_paths[index], Files.O_RDONLY | Files.O_DIRECTORY, out _unified);
        directory = _unified?.Value ?? -1;
        return errno;
    }

    public override void Create()
    {
        for (int i = 0; i < _paths.Length; i++)
        {
            if ((_places[i].IsUnified && _unified != null) || IsMissing(_places[i])) continue;
            bool isNew = Make(_places[i], _paths[i]);
            if (!IsMissing(_places[i]) && _places[i].Has(CpusetController.Name)) Cpuset.Inherit(Tree, _places[i], _paths[i], isNew, Plan!.Writes);
        }
        Apply(CgroupPhase.Initial);
    }

    public override void JoinSelf(bool cloned)
    {
        for (int i = 0; i < _paths.Length; i++)
        {
            if (!_places[i].IsUnified)
                Enter(_places[i], _paths[i], "tasks", "0");
            else if (!cloned)
                Enter(_places[i], _paths[i], "cgroup.procs", "0");
        }
    }

    public override void Join(int pid)
    {
        for (int i = 0; i < _paths.Length; i++) Enter(_places[i], _paths[i], "cgroup.procs", pid.ToString());
    }

    public override void StepOutOfMemory()
    {
        if (Plan!.OwnMemory is { } own) Enter(own, CgroupTree.Relative(own), "tasks", "0");
        Apply(CgroupPhase.SteppedOut);
    }

    public override Fd? OpenStepIntoMemory()
    {
        if (Find("memory") is not { } path) return null;
        Errno errno = Tree.TryOpen(path + "/tasks", Files.O_WRONLY, out Fd? fd);
        return errno.IsError ? throw RuncsException.At(PathOrigin, "openat", path + "/tasks", errno) : fd;
    }

    private protected override void StepIntoMemory(int pid)
    {
        int index = IndexOf("memory");
        if (index >= 0) Enter(_places[index], _paths[index], "tasks", pid.ToString());
    }

    private void Enter(CgroupPlace place, string path, string file, string pid)
    {
        Errno errno = Tree.TryWrite(path, file, pid);
        if (errno.IsError && !MayStayOut(errno)) throw RuncsException.At(PathOrigin, "write", $"{place.HostPath}/{file}", errno);
    }

    private protected override string PathOf(string controller) => Find(controller)!;

    public override CgroupLimits ReadLimits() => new() { IsUnified = false, Controllers = CgroupPlanner.ControllersOf(_places), Unit = Unit };

    public override void ReplaceDevices(IReadOnlyList<DeviceRule> rules)
    {
        const string Name = "devices", List = "devices.list";
        string path = Find(Name) ?? throw RuncsException.At("linux.resources.devices", $"the host has no cgroup controller \"{Name}\"");
        Errno errno = Tree.TryRead(path, List, out string list);
        if (errno.IsError) throw RuncsException.At("linux.resources.devices", "read", List, errno);
        Apply(DevicesController.Transition(list, rules), null);
    }

    public override bool Exists() => PathOfProcesses() is { } path && Tree.Exists(path);

    public override IReadOnlyList<int> Processes() => PathOfProcesses() is { } path ? Tree.Processes(path) : [];

    // A process is in every hierarchy. The freezer's is asked first: what it freezes is what is then signalled.
    private string? PathOfProcesses() => Find("freezer") ?? Find("pids") ?? Find("devices") ?? FirstPath();

    private string? FirstPath()
    {
        for (int i = 0; i < _paths.Length; i++)
        {
            if (!IsMissing(_places[i])) return _paths[i];
        }
        return null;
    }

    private protected override void KillAll()
    {
        // Once is enough where they can be frozen. Where not, each round is one generation of forks behind at most.
        const int Rounds = 100;
        for (int i = 0; i < Rounds; i++)
        {
            bool frozen = SignalFrozen(Native.Processes.SIGKILL);
            ThawForKill();
            if (frozen || Processes().Count == 0) return;
            Pause(1);
        }
    }

    private protected override bool TryFreeze() => _freezer.TryFreeze();

    public override void Thaw() => _freezer.Thaw();

    public override void ThawForKill() => _freezer.ThawAll();

    public override bool IsFrozen() => _freezer.IsFrozen();

    private protected override bool HoldsProcesses() => _freezer.HoldsProcesses();

    private protected override bool CanFreeze => Find("freezer") != null;

    public override ulong OomKills() => Find("memory") is { } path ? Tree.ReadKey(path, "memory.oom_control", "oom_kill") ?? 0 : 0;

    private protected override void WriteStats(JsonText json, ReadStatFile read, IReadOnlyList<string> pageSizes) => Stats.Write(json, read, pageSizes);

    public override OomWatch? WatchOom() => Find("memory") is { } path ? OomEvents.Open(Tree, path) : null;

    private protected override string? DirectoryFor(string controller) => Find(controller);

    private protected override void DestroyDirectories()
    {
        foreach (string path in _paths) Remove(path);
    }

    public override void Dispose()
    {
        _unified?.Dispose();
        base.Dispose();
    }

    private string? Find(string controller)
    {
        int index = IndexOf(controller);
        return index < 0 ? null : _paths[index];
    }

    private int IndexOf(string controller)
    {
        for (int i = 0; i < _places.Count; i++)
        {
            if (_places[i].Has(controller) && !IsMissing(_places[i])) return i;
        }
        return -1;
    }

    private int IndexOfUnified()
    {
        for (int i = 0; i < _places.Count; i++)
        {
            if (_places[i].IsUnified) return i;
        }
        return -1;
    }
}
