// SPDX-License-Identifier: Apache-2.0
using Runcs.Integration.Cri;

namespace Runcs.Integration;

/// <summary>A pod of <see cref="CriEngine"/>, and a kubelet's operations on it.</summary>
public sealed class Pod(CriEngine engine, PodSandboxConfig config, string id) : IDisposable
{
    private bool _removed;

    public string Id => id;

    public string CgroupParent => config.Linux.CgroupParent;

    public PodSandboxStatus Status => engine.Call<PodSandboxStatusResponse>(new PodSandboxStatusRequest { PodSandboxId = id }).Status;

    /// <summary>Creates a container with a shell script; returns its id.</summary>
    public string Create(string name, string script, Action<ContainerConfig>? edit = null)
    {
        ContainerConfig container = new()
        {
            Metadata = new() { Name = name },
            Image = new() { Image = CriEngine.Image },
            Command = { "/bin/sh", "-c", script },
            LogPath = $"{name}.log",
            Linux = new() { Resources = new(), SecurityContext = new() { NamespaceOptions = config.Linux.SecurityContext.NamespaceOptions, Seccomp = new() } },
        };
        edit?.Invoke(container);
        return engine.Call<CreateContainerResponse>(new CreateContainerRequest { PodSandboxId = id, Config = container, SandboxConfig = config }).ContainerId;
    }

    public void Start(string container) => engine.Call<StartContainerResponse>(new StartContainerRequest { ContainerId = container });

    public string Up(string name, string script, Action<ContainerConfig>? edit = null)
    {
        string container = Create(name, script, edit);
        Start(container);
        return container;
    }

    /// <summary>Runs a container to its end; returns its status.</summary>
    public ContainerStatus Run(string name, string script, Action<ContainerConfig>? edit = null) => WaitForEnd(Up(name, script, edit));

    public ContainerStatus StatusOf(string container) => engine.Call<ContainerStatusResponse>(new ContainerStatusRequest { ContainerId = container }).Status;

    public ContainerStatus WaitForEnd(string container)
    {
        Eventually.True(() => StatusOf(container).State == ContainerStatus.Types.State.Exited, () => $"{container} ends: {StatusOf(container)}");
        return StatusOf(container);
    }

    public ExecSyncResponse Exec(string container, long timeout, params string[] command) =>
        engine.Call<ExecSyncResponse>(new ExecSyncRequest { ContainerId = container, Timeout = timeout, Cmd = { command } });

    /// <summary>The output of a shell script in a container.</summary>
    public string Shell(string container, string script)
    {
        ExecSyncResponse response = Exec(container, 0, "/bin/sh", "-c", script);
        Assert.True(response.ExitCode == 0, $"exit code {response.ExitCode}: {response.Stderr.ToStringUtf8()}");
        return response.Stdout.ToStringUtf8();
    }

    /// <summary>The lines of a container's log: each is TIME STREAM F TEXT.</summary>
    public string[] Log(string name) => [.. File.ReadLines(Path.Combine(config.LogDirectory, $"{name}.log")).Select(line => string.Join(' ', line.Split(' ')[1..]))];

    public void Stop(string container, long timeout = 10) => engine.Call<StopContainerResponse>(new StopContainerRequest { ContainerId = container, Timeout = timeout });

    public void Remove(string container) => engine.Call<RemoveContainerResponse>(new RemoveContainerRequest { ContainerId = container });

    /// <summary>The content of the container's file in a cgroup hierarchy.</summary>
    public string Cgroup(string container, string controller, string file) => File.ReadAllText($"/sys/fs/cgroup/{controller}{CgroupParent}/{container}/{file}").TrimEnd('\n');

    /// <summary>Stops and removes the pod; nothing of it may be left.</summary>
    public void Remove()
    {
        Dispose();
        engine.AssertNothingLeft(CgroupParent);
    }

    public void Dispose()
    {
        if (_removed) return;
        _removed = true;
        engine.Call<StopPodSandboxResponse>(new StopPodSandboxRequest { PodSandboxId = id });
        engine.Call<RemovePodSandboxResponse>(new RemovePodSandboxRequest { PodSandboxId = id });
    }
}
