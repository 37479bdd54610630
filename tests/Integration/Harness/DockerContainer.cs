// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>A running container of a <see cref="Docker"/>; disposing removes it.</summary>
public sealed class DockerContainer : IDisposable
{
    private static int _count;
    private readonly Docker _docker;

    internal DockerContainer(Docker docker, string[] options, string[] command)
    {
        _docker = docker;
        Name = $"c{Interlocked.Increment(ref _count)}";
        try
        {
            Id = docker.Run(["run", "--detach", "--name", Name, "--network", "none", .. options, "busybox", .. command]).Stdout.Trim();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    public string Id { get; } = "";

    /// <summary>A field of <c>docker inspect</c>, such as .State.ExitCode.</summary>
    public string Inspect(string field) => _docker.Run("inspect", "--format", $"{{{{{field}}}}}", Name).Stdout.TrimEnd('\n');

    public string Status => Inspect(".State.Status");

    public string Logs => _docker.Run("logs", Name).Stdout;

    /// <summary>A command on this container, such as "pause": its name is appended.</summary>
    public Result Do(params string[] command) => _docker.Run([.. command, Name]);

    public Result Exec(params string[] command) => Exec([], command);

    public Result Exec(string[] options, params string[] command) => _docker.Try(["exec", .. options, Name, .. command]);

    /// <summary>A file of the container's cgroup, without its newline.</summary>
    public string CgroupFile(string controller, string file) =>
        File.ReadAllText($"/sys/fs/cgroup/{controller}/{_docker.Cgroup}/{Id}/{file}").TrimEnd('\n');

    public void WaitForStatus(string status) =>
        Eventually.True(() => Status == status, () => $"{Name} is {Status}, not {status}", Patience.Seconds(30));

    public void WaitForLogs(string text) =>
        Eventually.True(() => Logs.Contains(text, StringComparison.Ordinal), () => $"no \"{text}\" in the logs of {Name}: {Logs}", Patience.Seconds(30));

    public void Dispose() => _docker.Try("rm", "--force", "--volumes", Name);
}
