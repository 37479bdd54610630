// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Globalization;
using Runcs.Containers;
using Runcs.Containers.Commands;
using Runcs.Native;
using Runcs.Plan;
using Runcs.Terminal;

namespace Runcs.Resident;

/// <summary>The containers of this process: their commands run in it, and their first processes are its children.</summary>
internal sealed class Containers : IDisposable
{
    private readonly string _root;
    private readonly Dictionary<string, int> _pids = [];

    // The containers' standard streams: not 0 to 2, which carry the requests.
    private readonly Fd _null = Files.Open("/dev/null", OpenFlags.O_RDWR);

    public Containers(string root) => _root = root;

    private ContainerStreams Streams => new(_null.Value, _null.Value, _null.Value);

    private string PidFile => _root + ".pid";

    public void Create(string id, string bundle, string? consoleSocket)
    {
        CreateCommand.Run(new CreateOptions { Id = id, Root = _root, Bundle = bundle, PidFile = PidFile, ConsoleSocket = consoleSocket, Streams = Streams });
        _pids[id] = ReadPid();
    }

    /// <summary>As for a service manager, with a program that ends without a message to it.</summary>
    public void RunNotifying(string id, string bundle, string socket)
    {
        CreateCommand.Run(new CreateOptions { Id = id, Root = _root, Bundle = bundle, PidFile = PidFile, NotifySocket = socket, Streams = Streams });
        _pids[id] = ReadPid();
        StartCommand.Run(_root, id, socket);
        Delete(id);
    }

    public void Start(string id) => StartCommand.Run(_root, id, notifySocket: null);

    public int Exec(string id, string[] args, string? processFile)
    {
        ExecCommand.Run(new ExecOptions { Id = id, Root = _root, ProcessFile = processFile, Flags = new ProcessFlags { Args = args }, PidFile = PidFile, Streams = Streams }, session: null);
        return Processes.ExitCode(Reap(ReadPid()));
    }

    public void Delete(string id)
    {
        DeleteCommand.Run(_root, id, force: true);
        if (_pids.Remove(id, out int pid)) Reap(pid);
    }

    public void Dispose() => _null.Dispose();

    private int ReadPid() => int.Parse(Files.ReadTextAt(Files.AT_FDCWD, PidFile), CultureInfo.InvariantCulture);

    private static int Reap(int pid)
    {
        Errno errno = Processes.TryWait(pid, WaitOptions.__WALL, out _, out int status);
        errno.OrThrow("wait4", $"pid {pid}");
        return status;
    }
}
