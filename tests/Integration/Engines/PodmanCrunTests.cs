// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>Podman with runcs in crun's place, without any setting that names runcs.</summary>
public sealed class PodmanCrunTests : IClassFixture<PodmanAsCrun>
{
    private const string Sleep = "trap 'exit 3' TERM; while :; do sleep 0.05; done";
    private readonly PodmanAsCrun _podman;

    public PodmanCrunTests(PodmanAsCrun podman)
    {
        Requires.Runcs();
        Podman.Require();
        _podman = podman;
    }

    [Fact]
    public void Podman_takes_it_for_crun()
    {
        JsonNode runtime = JsonNode.Parse(_podman.Run("info", "--format", "json").Stdout)!["host"]!["ociRuntime"]!;
        Assert.Equal("crun", (string?)runtime["name"]);
        Assert.StartsWith("crun version ", (string?)runtime["version"], StringComparison.Ordinal);
        Assert.Contains("rundir: /run/runcs", (string?)runtime["version"], StringComparison.Ordinal);
    }

    // Podman asks crun for a JSON log, and shows the message in it.
    [Theory]
    [InlineData(127, "executable file not found in $PATH", "nosuch")]
    [InlineData(127, "no such file or directory", "/bin/nosuch")]
    [InlineData(126, "permission denied", "/etc")]
    public void Errors_come_through_the_log(int code, string message, string program)
    {
        Result result = _podman.Try("run", "--rm", Podman.Image, program).Exits(code);
        Assert.StartsWith("Error: crun: crun create failed: ", result.Stderr, StringComparison.Ordinal);
        Assert.Contains(message, result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_exec_pause_kill_stop_start_and_rm()
    {
        Assert.Equal("out\n", _podman.Try("run", "--rm", Podman.Image, "/bin/sh", "-c", "echo out; exit 7").Exits(7).Stdout);
        string id = _podman.Background("--memory", "64m", Podman.Image, "/bin/sh", "-c", Sleep);
        Assert.Equal("67108864", _podman.Cgroup(id, "memory", "memory.limit_in_bytes"));
        Assert.Equal("/tmp\n", _podman.Try("exec", "--workdir", "/tmp", id, "/bin/sh", "-c", "pwd; exit 9").Exits(9).Stdout);
        Assert.Contains("executable file not found in $PATH", _podman.Try("exec", id, "nosuch").Exits(127).Stderr, StringComparison.Ordinal);
        _podman.Run("pause", id);
        Assert.Equal("paused", (string?)_podman.Inspect(id)["State"]!["Status"]);
        _podman.Run("unpause", id);
        _podman.Run("update", "--memory", "32m", id);
        Assert.Equal("33554432", _podman.Cgroup(id, "memory", "memory.limit_in_bytes"));
        Assert.Contains("/bin/sh -c", _podman.Run("top", id).Stdout, StringComparison.Ordinal);
        _podman.Run("stop", id);
        Assert.Equal(3, (int)_podman.Inspect(id)["State"]!["ExitCode"]!);
        _podman.Run("start", id);
        _podman.Run("kill", id);
        Assert.Equal("137\n", _podman.Run("wait", id).Stdout);
        _podman.Run("rm", id);
        _podman.AssertGone(id);
    }

    [Fact]
    public void A_container_that_is_gone_for_the_runtime_is_gone_for_Podman()
    {
        string id = _podman.Background(Podman.Image, "/bin/sh", "-c", Sleep);
        Command.Run(_podman.Path("crun"), "delete", "--force", id).Ok();
        _podman.WaitForState(id, "exited");
        _podman.Run("rm", "--force", "--time", "0", id);
        _podman.AssertGone(id);
    }

    [Fact]
    public void A_pod()
    {
        Requires.Program("catatonit");
        _podman.Run("pod", "create", "--name", "crunpod", "--share", "net,ipc,pid,uts", "--hostname", "pod");
        string first = _podman.Background("--pod", "crunpod", Podman.Image, "/bin/sh", "-c", Sleep);
        Assert.StartsWith("pod\n", _podman.Run("run", "--rm", "--pod", "crunpod", Podman.Image, "/bin/sh", "-c", "hostname; ps").Stdout, StringComparison.Ordinal);
        _podman.Run("pod", "pause", "crunpod");
        _podman.Run("pod", "unpause", "crunpod");
        _podman.Run("stop", first);
        _podman.Run("pod", "rm", "--force", "--time", "0", "crunpod");
        _podman.AssertGone(first);
    }

    [Fact]
    public void Cgroups_disabled()
    {
        // A host's cgroup namespace, so that the paths are the host's. The monitor and its container have the caller's cgroups.
        Assert.DoesNotContain("libpod", _podman.Run("run", "--rm", "--cgroups", "disabled", Podman.Image, "/bin/cat", "/proc/self/cgroup").Stdout, StringComparison.Ordinal);
        string id = _podman.Background("--cgroups", "disabled", Podman.Image, "/bin/sh", "-c", Sleep);
        Assert.Empty(Leftovers.Cgroups($"libpod-{id}"));
        Assert.True((bool)JsonNode.Parse(File.ReadAllText($"/run/runcs/{id}/state.json"))!["cgroupsDisabled"]!);
        Assert.DoesNotContain("libpod", _podman.Run("exec", id, "/bin/cat", "/proc/self/cgroup").Stdout, StringComparison.Ordinal);
        _podman.Run("stop", id);
        Assert.Equal(3, (int)_podman.Inspect(id)["State"]!["ExitCode"]!);
        _podman.Run("start", id);
        _podman.Run("rm", "--force", "--time", "0", id);
        _podman.AssertGone(id);
    }
}
