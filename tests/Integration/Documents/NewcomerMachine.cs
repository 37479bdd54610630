// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Runcs.Integration;

/// <summary>
/// A machine for the commands of the documentation (<c>machine.sh</c>): namespaces in which only what its kind names is
/// installed. Disposing removes the results of the commands.
/// </summary>
internal sealed partial class NewcomerMachine : IDisposable
{
    private static readonly Dictionary<string, string[]> _programs = new()
    {
        ["checkout"] = ["dotnet", "clang", "ld.lld"],
        ["runcs"] = [],
        ["user"] = ["setpriv"],
        ["docker"] = ["docker", "dockerd", "containerd"],
        ["containerd"] = ["ctr", "containerd", "containerd-shim-runc-v2"],
        ["podman"] = ["podman", "conmon"],
    };

    private static int _count;
    private readonly string _kind;
    private readonly string _directory;
    private readonly string _cgroup = $"runcs-test-newcomer-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";

    public NewcomerMachine(string kind)
    {
        Requires.Root();
        Requires.Runcs();
        foreach (string program in (string[])["unshare", "ip", .. _programs[kind]]) Requires.Program(program);
        if (kind is not "checkout" and not "runcs" and not "user") Requires.CgroupV1();
        (_kind, _directory) = (kind, Scratch.NewDirectory("newcomer"));
        Programs.Copy(RuntimeUnderTest.Executable, Path("runcs"));
        if (kind == "checkout")
        {
            Requires.That(!Programs.Find("dotnet")!.StartsWith("/usr/local/", StringComparison.Ordinal), "needs dotnet outside of /usr/local");
            // With the build's output, to make the build a short one; without the tests.
            Command.Run("/bin/sh", "-c", $"mkdir '{Path("tree")}' && tar -C '{Repository.Root}' --exclude=./out/guest --exclude=./out/hello --exclude='./tests/*/bin' --exclude='./tests/*/obj' -c . | tar -C '{Path("tree")}' -x").Ok();
        }
        if (kind is "docker") Harness.Rootfs.Make(Directory.CreateDirectory(Path("rootfs")).FullName);
        if (kind is "containerd" or "podman") OciImage.Write("docker.io/library/busybox:latest", Path("busybox.tar"));
        if (kind is "docker" or "podman") File.WriteAllText(Path("snippet"), Snippet.Of(kind, executable: "/usr/local/bin/runcs"));
    }

    /// <summary>Runs commands in a terminal, and exits each shell that they start. They must succeed; returns the screen.</summary>
    public string Run(string commands)
    {
        File.WriteAllText(Path("script"), commands);
        using TerminalUser user = new(
        [
            "env", "-u", "DOCKER_HOST", "-u", "DOCKER_CONTEXT", .. _kind == "docker" ? [$"DOCKER_CONFIG={Path("home")}"] : (string[])["-u", "DOCKER_CONFIG"], $"CGROUP_NAME={_cgroup}", $"REPOSITORY={Repository.Root}",
            $"PATH={Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin", $"CONTAINERD_NAMESPACE={_cgroup}",
            .. IsOverlay ? (string[])["CONTAINERD_SNAPSHOTTER=native", "STORAGE_DRIVER=vfs"] : [],
            "unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--propagation", "private",
            "bash", System.IO.Path.Combine(Repository.Root, "tests/Integration/Documents/machine.sh"), _kind, _directory, Path("script"),
        ]);
        Stopwatch watch = Stopwatch.StartNew();
        while (!user.HasExited && watch.Elapsed < Patience.Seconds(300))
        {
            Thread.Sleep(500);
            if (Prompt().IsMatch(user.Screen)) user.Type("exit\n");
        }
        Assert.True(user.Wait() == 0, $"{commands}\n--- exit code {user.Wait()}\n{user.Screen}");
        return user.Screen.Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    // Busybox's prompt, after which it asks the terminal for the cursor's position.
    [GeneratedRegex(@"/[a-z]* [#$] (\e\[6n)?$")]
    private static partial Regex Prompt();

    public void Dispose()
    {
        Leftovers.Remove(_cgroup);
        Scratch.Remove(_directory);
    }

    // An overlay cannot have another one as its upper directory.
    private bool IsOverlay => new DriveInfo(_directory).DriveFormat.StartsWith("overlay", StringComparison.Ordinal);

    private string Path(string name) => System.IO.Path.Combine(_directory, name);
}
