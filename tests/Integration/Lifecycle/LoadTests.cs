// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// A hundred containers created, started and stopped concurrently: none lost, every exit code correct, nothing left
/// behind.
/// </summary>
[OnAnyRuntime]
[Collection(ContainerdFixture.Name)]
public sealed class LoadTests(ContainerdFixture fixture)
{
    private const int Count = 100;
    private static readonly string _parent = $"runcs-test-load-{Environment.ProcessId}";

    [Fact]
    public void A_hundred_containers_through_containerd()
    {
        Containerd containerd = fixture.Containerd;
        // Each prints that it is up, and ends on a signal with an exit code of its own.
        RunningCommand[] commands = AtOnce.Run(Count, at => containerd.Start(containerd.RunArguments(["--rm"], Name(at), ["sh", "-c", Script(at)])));
        try
        {
            foreach (RunningCommand command in commands) command.WaitForStdout("up\n", Patience.Seconds(120));
            Assert.Equal(Enumerable.Range(0, Count).Select(Name).Order(StringComparer.Ordinal),
                containerd.Tasks().Where(task => task.Value.Status == "RUNNING").Select(task => task.Key).Order(StringComparer.Ordinal));
            AtOnce.Run(Count, at => containerd.Run("task", "kill", "--signal", "SIGTERM", Name(at)));
            Assert.Equal(Enumerable.Range(0, Count).Select(Code), commands.Select(command => command.Wait(Patience.Seconds(120)).ExitCode));
            containerd.AssertNothingLeft();
        }
        finally
        {
            foreach (RunningCommand command in commands) command.Dispose();
        }
    }

    [Fact]
    public void A_hundred_containers_of_the_runtime_alone()
    {
        Requires.Root();
        using Container first = new();
        string bundles = Directory.CreateDirectory(first.Path("bundles")).FullName;
        foreach (int at in Enumerable.Range(0, Count)) WriteBundle(Path.Combine(bundles, Name(at)), first.Bundle, at);
        RuntimeUnderTest runtime = first.Runtime;
        try
        {
            AtOnce.Run(Count, at => runtime.Run("create", "--bundle", Path.Combine(bundles, Name(at)), Name(at)).Ok());
            Assert.Equal(Enumerable.Repeat("created", Count), Statuses(runtime));
            AtOnce.Run(Count, at => runtime.Run("start", Name(at)).Ok());
            foreach (int at in Enumerable.Range(0, Count)) Eventually.True(() => File.Exists(Path.Combine(bundles, Name(at), "up")), Name(at), Patience.Seconds(60));
            Assert.Equal(Enumerable.Repeat("running", Count), Statuses(runtime));
            AtOnce.Run(Count, at => runtime.Run("kill", Name(at), "TERM").Ok());
            Eventually.True(() => Statuses(runtime).All(status => status == "stopped"), "all are stopped", Patience.Seconds(60));
            AtOnce.Run(Count, at => runtime.Run("delete", Name(at)).Ok());
            AssertNothingLeft(runtime);

            // Again in the foreground, for the exit codes.
            RunningCommand[] commands = AtOnce.Run(Count, at => runtime.Start("run", "--bundle", Path.Combine(bundles, Name(at)), Name(at)));
            foreach (RunningCommand command in commands) command.WaitForStdout("up\n", Patience.Seconds(60));
            AtOnce.Run(Count, at => runtime.Run("kill", Name(at), "TERM").Ok());
            Assert.Equal(Enumerable.Range(0, Count).Select(Code), commands.Select(command => command.Wait(Patience.Seconds(60)).ExitCode));
            foreach (RunningCommand command in commands) command.Dispose();
            AssertNothingLeft(runtime);
        }
        finally
        {
            foreach (string state in States(runtime)) runtime.Run("delete", "--force", Path.GetFileName(state));
            Leftovers.Remove(_parent);
        }
    }

    private static string Name(int at) => $"load-{at}";

    private static int Code(int at) => at + 1;

    private static string Script(int at) => $"trap 'exit {Code(at)}' TERM; echo up; while :; do sleep 0.2; done";

    private static void WriteBundle(string directory, Bundle like, int at)
    {
        Directory.CreateDirectory(directory);
        JsonNode config = like.Config.DeepClone();
        config["root"]!["path"] = like.Rootfs;
        config["linux"]!["cgroupsPath"] = $"/{_parent}/{Name(at)}";
        config["process"]!["args"] = new JsonArray("sh", "-c", $"echo > /bundle/up; {Script(at)}");
        config["mounts"]!.AsArray().Add(new JsonObject { ["destination"] = "/bundle", ["type"] = "bind", ["source"] = directory, ["options"] = new JsonArray("bind") });
        File.WriteAllText(Path.Combine(directory, "config.json"), config.ToJsonString());
    }

    private static IEnumerable<string> Statuses(RuntimeUnderTest runtime) =>
        JsonNode.Parse(runtime.Run("list", "--format", "json").Ok().Stdout)!.AsArray().Select(container => (string)container!["status"]!);

    private static string[] States(RuntimeUnderTest runtime) => Directory.Exists(runtime.Root) ? Directory.GetDirectories(runtime.Root) : [];

    private static void AssertNothingLeft(RuntimeUnderTest runtime)
    {
        Assert.Empty(States(runtime));
        Assert.DoesNotContain(Leftovers.Cgroups(_parent), path => Path.GetFileName(path) != _parent);
        Assert.DoesNotContain(MountTable.Read(), mount => MountTable.IsUnder(mount, Path.GetDirectoryName(runtime.Root)!));
        Assert.Empty(Leftovers.Processes(_parent));
    }
}
