// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>As <see cref="FaultTests"/>, for start, delete and run, and for containers with hooks and in a pod's pid namespace.</summary>
public class FaultsOfLaterCommandsTests
{
    public FaultsOfLaterCommandsTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Theory]
    [InlineData(Fault.Error)]
    [InlineData(Fault.KillCaller)]
    public void Start(Fault fault) => new CommandFaults
    {
        Shape = static container => container.Bundle.Args("/bin/sleep", "100"),
        Prepare = static container => container.Create().Ok(),
        Command = static container => ["start", container.Id],
    }.Strike(fault);

    [Theory]
    [InlineData(Fault.Error)]
    [InlineData(Fault.KillCaller)]
    public void Delete(Fault fault) => new CommandFaults
    {
        Shape = static container => container.Bundle.Args("/bin/sleep", "100"),
        Prepare = static container => container.Up(),
        Command = static container => ["delete", "--force", container.Id],
    }.Strike(fault);

    [Theory]
    [InlineData(Fault.Error)]
    [InlineData(Fault.KillCaller)]
    [InlineData(Fault.KillCommand)]
    public void Run(Fault fault) => new CommandFaults
    {
        Shape = static container => container.Bundle.Args("/bin/true"),
        Command = static container => ["run", "--bundle", container.Bundle.Directory, container.Id],
        Points = FaultPoints.OneOfEach,
    }.Strike(fault);

    // Other tests check for remains after the end of the container; this one checks that no process continues in it.
    [Theory]
    [InlineData(Fault.Error)]
    [InlineData(Fault.KillCaller)]
    [InlineData(Fault.KillCommand)]
    public void Exec(Fault fault) => new CommandFaults
    {
        Shape = static container =>
        {
            container.Bundle.Args("/bin/sleep", "100");
            container.Bundle.Process["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 100, ["hard"] = 100 });
        },
        Prepare = static container => container.Up(),
        Command = static container => ["exec", "--detach", "--user", "5", "--pid-file", container.Path("pid"), container.Id, "sleep", "50"],
        Points = FaultPoints.OneOfEach,
        FailureCode = 255,
        AfterFailure = static container => Eventually.True(() => Processes(container) <= 1, () => $"{Processes(container)} processes"),
    }.Strike(fault);

    private static int Processes(Container container) => File.ReadAllLines(Leftovers.Cgroups(container.Id).First() + "/cgroup.procs").Length;

    [Theory]
    [InlineData(Fault.Error)]
    [InlineData(Fault.KillCaller)]
    [InlineData(Fault.KillCommand)]
    public void Create_with_hooks_is_rolled_back_at_any_fault(Fault fault) => new CommandFaults
    {
        Shape = static container =>
        {
            container.Bundle.Args("/bin/sleep", "100");
            JsonObject hooks = [];
            foreach (string kind in (string[])["prestart", "createRuntime", "createContainer", "startContainer", "poststop"])
                hooks[kind] = FaultTests.Hook(":");
            container.Bundle.Config["hooks"] = hooks;
        },
        Command = static container => ["create", "--bundle", container.Bundle.Directory, container.Id],
        Points = FaultPoints.OneOfEach,
        Undoes = true,
    }.Strike(fault);

    [Theory]
    [InlineData(Fault.Error)]
    [InlineData(Fault.KillCaller)]
    [InlineData(Fault.KillCommand)]
    public void Create_in_an_existing_pid_namespace_is_rolled_back_at_any_fault(Fault fault)
    {
        Requires.Kernel(6, 17);
        using Container pod = new();
        pod.Bundle.Args("/bin/sleep", "1000");
        string namespacePath = $"/proc/{pod.Up().Pid}/ns/pid";
        CommandFaults faults = new()
        {
            Shape = container => container.Bundle.Args("/bin/sleep", "100").Namespace("pid", namespacePath),
            Command = static container => ["create", "--bundle", container.Bundle.Directory, container.Id],
            Points = FaultPoints.OneOfEach,
            Undoes = true,
        };
        faults.Strike(fault);
    }
}
