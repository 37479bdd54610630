// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>
/// Makes the records in this directory again, with the engines and the runc of this machine:
/// <c>tests/Integration/bin/Release/net10.0/Integration -explicit only -class '*RecordTests'</c>.
/// </summary>
[Collection(Alone.Name)]
public class RecordTests
{
    public RecordTests()
    {
        Requires.Root();
        Requires.Program("runc");
    }

    [Fact(Explicit = true)]
    public void Containerd()
    {
        using Recorder recorder = new(Programs.Find("runc")!);
        using Containerd engine = new();
        engine.Run(engine.RunArguments(["--detach", "--null-io"], "box-1", ["sleep", "100"], recorder.Program));
        Assert.Equal(7, engine.Exec("box-1", "sh", "-c", "exit 7").ExitCode);
        engine.Exec("box-1", "frobnicate").Fails();
        engine.Run("task", "ps", "box-1");
        engine.Run("task", "pause", "box-1");
        engine.Run("task", "resume", "box-1");
        engine.Run("task", "kill", "--signal", "KILL", "box-1");
        engine.WaitForStatus("box-1", "STOPPED");
        engine.Try("task", "kill", "--signal", "KILL", "box-1");
        engine.Remove("box-1");
        Assert.Equal(3, engine.Try(engine.RunArguments(["--rm"], "box-2", ["sh", "-c", "echo out; exit 3"], recorder.Program)).ExitCode);
        engine.Try(engine.RunArguments(["--rm"], "box-3", ["frobnicate"], recorder.Program)).Fails();
        using (TerminalUser user = new(engine.CommandLine(engine.RunArguments(["--rm", "--tty"], "box-4", ["sh", "-c", "echo on a tty; sleep 1"], recorder.Program))))
        {
            user.See("on a tty");
            Eventually.True(() => engine.Status("box-4").Length == 0, "the terminal's program does not end");
        }
        recorder.Read(Command.Run("containerd", "--version").Ok().Stdout.Trim()).Write("containerd");
    }

    [Fact(Explicit = true)]
    public void Docker()
    {
        using Recorder recorder = new(Programs.Find("runc")!);
        using Docker engine = new(recorder.Program);
        engine.Run("run", "--detach", "--name", "one", "--network", "none", "--memory", "64m", "busybox", "sleep", "100");
        Assert.Equal(7, engine.Try("exec", "one", "sh", "-c", "exit 7").ExitCode);
        engine.Try("exec", "one", "frobnicate").Fails();
        engine.Run("exec", "--user", "1000", "--env", "A=b", "--workdir", "/tmp", "one", "true");
        engine.Run("top", "one");
        engine.Run("pause", "one");
        engine.Run("unpause", "one");
        engine.Run("update", "--memory", "96m", "--memory-swap", "96m", "one");
        engine.Run("kill", "one");
        engine.Run("rm", "one");
        Assert.Equal(127, engine.Once([], "frobnicate").ExitCode);
        Assert.Equal(126, engine.Once([], "/etc/passwd").ExitCode);
        Assert.Equal("out\n", engine.Once(["--read-only", "--cap-drop", "ALL", "--user", "1000"], "echo", "out").Ok().Stdout);
        engine.Once(["--tty"], "sh", "-c", "echo on a tty").Ok();
        recorder.Read(Command.Run("dockerd", "--version").Ok().Stdout.Trim()).Write("docker");
    }

    [Fact(Explicit = true)]
    public void Podman()
    {
        Requires.Program("podman");
        using Recorder recorder = new(Programs.Find("runc")!);
        string directory = Scratch.NewDirectory("podman");
        Harness.Rootfs.Make(System.IO.Directory.CreateDirectory(Path.Combine(directory, "rootfs")).FullName);
        string[] limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"];
        string[] rootfs = ["--rootfs", Path.Combine(directory, "rootfs")];
        try
        {
            Run(["run", "--detach", "--name", "one", "--network", "none", .. limits, .. rootfs, "sleep", "100"]).Ok();
            Run("exec", "one", "sh", "-c", "exit 7").Exits(7);
            Run("exec", "one", "frobnicate").Exits(127);
            Run("top", "one").Ok();
            Run("pause", "one").Ok();
            Run("unpause", "one").Ok();
            Run("update", "--pids-limit", "100", "one");
            Run("inspect", "one").Ok();
            Run("kill", "one").Ok();
            Run("wait", "one").Ok();
            Run("rm", "--force", "one").Ok();
            Run(["run", "--rm", "--network", "none", .. limits, .. rootfs, "frobnicate"]).Exits(127);
            Run(["run", "--rm", "--network", "none", .. limits, .. rootfs, "sh", "-c", "echo out; exit 3"]).Exits(3);
            Run(["run", "--rm", "--tty", "--network", "none", .. limits, .. rootfs, "echo", "on a tty"]).Ok();
            recorder.Read(Command.Run("podman", "--version").Ok().Stdout.Trim()).Write("podman");
        }
        finally
        {
            Run("rm", "--all", "--force");
            Scratch.Remove(directory);
        }

        Result Run(params string[] arguments) => Command.Run(["podman", "--root", Path.Combine(directory, "root"), "--runroot", Path.Combine(directory, "run"),
            "--tmpdir", Path.Combine(directory, "tmp"), "--runtime", recorder.Program, "--cgroup-manager", "cgroupfs", "--events-backend", "none",
            "--storage-driver", "vfs", .. arguments]);
    }
}
