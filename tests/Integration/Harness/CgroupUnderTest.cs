// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.OciSpec;

namespace Runcs.Harness;

/// <summary>A container's cgroup without a container: planned and made by the product's own code, and always removed.</summary>
internal sealed class CgroupUnderTest : IDisposable
{
    private static int _count;

    private readonly List<RunningCommand> _commands = [];

    public CgroupUnderTest(LinuxResources? resources = null, string? cgroupsPath = null, uint? owner = null)
    {
        Parent = $"/runcs-cgroup-test-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        Plan = CgroupPlanner.PlanCgroups(resources, cgroupsPath ?? Parent + "/c", "c", CgroupFacts.Read(), owner: owner);
        New = NewCgroup.Open(Plan);
    }

    /// <summary>This test's own, made with the container's.</summary>
    public string Parent { get; }

    public CgroupPlan Plan { get; }

    public NewCgroup New { get; }

    public Cgroup Cgroup => New.Cgroup;

    public CgroupUnderTest Create()
    {
        New.CreateForClone();
        New.Create();
        return this;
    }

    /// <summary>As the command of that name does.</summary>
    public void Update(LinuxResources resources) => Cgroup.Update(CgroupPlanner.PlanUpdate(resources, Cgroup.ReadLimits()));

    /// <summary>The directory on the host with a controller's files; on v2 there is only one.</summary>
    public string Directory(string controller) => Plan.Places.Single(place => Plan.IsUnified || place.Has(controller) || place.Name == controller).HostPath;

    public string Read(string controller, string file) => File.ReadAllText($"{Directory(controller)}/{file}").TrimEnd('\n');

    public IEnumerable<string> Directories => Plan.Places.Select(place => place.HostPath).Where(System.IO.Directory.Exists);

    /// <summary>A shell in the cgroup, which then runs the script.</summary>
    public RunningCommand Start(string script)
    {
        RunningCommand command = Command.Start(Options.Default, "sh", "-c", "read go; " + script);
        _commands.Add(command);
        foreach (CgroupPlace place in Plan.Places) File.WriteAllText(place.HostPath + "/cgroup.procs", command.Pid.ToString());
        command.Write("\n");
        return command;
    }

    /// <summary>The result of a script run by a shell in the cgroup.</summary>
    public Result Run(string script) => Start(script).Wait();

    public void Dispose()
    {
        try
        {
            New.KillAll();
        }
        finally
        {
            foreach (RunningCommand command in _commands) command.Dispose();
            Cgroup.Destroy();
            foreach (CgroupPlace place in Plan.Places) Libc.rmdir(place.MountPoint + Parent);
            New.Dispose();
        }
    }
}
