// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using Runcs.Supervision;

namespace Runcs.Shim.Streams;

/// <summary>
/// A program of the user's that takes a process's output (containerd's <c>binary://</c>): it reads stdout at descriptor 3 and
/// stderr at 4, and closes 5 or writes to it when it is ready.
/// </summary>
internal sealed class Logger : IDisposable
{
    private const int FirstOwn = 3, OutOfTheWay = 10;
    private const long EndPatience = 1000, TermPatience = 12_000;

    private readonly EventLoop _loop;
    private readonly Child _process;
    private Deadline? _term, _kill;

    private Logger(EventLoop loop, Children children, int pid, Action ended)
    {
        _loop = loop;
        _process = children.Watch(pid, _ =>
        {
            HasEnded = true;
            _term?.Dispose();
            _kill?.Dispose();
            ended();
        });
    }

    public bool HasEnded { get; private set; }

    /// <summary>Executes the program.</summary>
    /// <param name="loop">For the time it has to end.</param>
    /// <param name="children">Calls <paramref name="ended"/>.</param>
    /// <param name="uri">Of scheme <c>binary</c> or <c>binary-v2</c>.</param>
    /// <param name="containerId">For its environment.</param>
    /// <param name="containerdNamespace">The same.</param>
    /// <param name="output">What it reads as stdout.</param>
    /// <param name="error">What it reads as stderr.</param>
    /// <param name="ready">The writing end of a pipe.</param>
    /// <param name="ended">Called when it has ended, for whatever reason.</param>
    /// <exception cref="RuncsException">It cannot be executed.</exception>
    public static Logger Start(EventLoop loop, Children children, StreamUri uri, string containerId, string containerdNamespace, Fd output, Fd error, Fd ready, Action ended)
    {
        using var argv = CStringArray.Of([uri.Path, .. uri.Arguments]);
        using var envp = CStringArray.Of([$"CONTAINER_ID={containerId}", $"CONTAINER_NAMESPACE={containerdNamespace}"]);
        using ChildProcess process = ChildProcess.Start(socket => Become(uri.Path, argv, envp, [output.Value, error.Value, ready.Value], socket), [output.Value, error.Value, ready.Value]);
        Errno errno = process.ReceiveExecution();
        errno.OrThrow("execve", uri.Path);
        process.Leave();
        return new Logger(loop, children, process.Pid, ended);
    }

    /// <summary>It reads to the end and ends then; or waits for SIGTERM, as containerd's package for loggers allows too.</summary>
    public void Finish()
    {
        if (!HasEnded) _term ??= _loop.After(EndPatience, Dispose);
    }

    /// <summary>Ends it: it may finish what it has read (SIGTERM), but not for ever.</summary>
    public void Dispose()
    {
        if (HasEnded || _kill != null) return;
        _term?.Dispose();
        _process.TrySignal(Processes.SIGTERM);
        _kill = _loop.After(TermPatience, () => _process.TrySignal(Processes.SIGKILL));
    }

    // In the child.
    private static void Become(string path, CStringArray argv, CStringArray envp, ReadOnlySpan<int> descriptors, Fd socket)
    {
        // It takes down what it has read when this process is killed.
        Processes.TryPrctl(Processes.PR_SET_PDEATHSIG, 0);
        Fd answer = Descriptors.Duplicate(socket.Value, OutOfTheWay);
        var moved = new List<Fd>();
        foreach (int descriptor in descriptors) moved.Add(Descriptors.Duplicate(descriptor, OutOfTheWay));
        for (int i = 0; i < moved.Count; i++) Descriptors.TryDup2(moved[i].Value, FirstOwn + i);
        DescriptorLimit.Restore();
        Signals.Reset();
        unsafe
        {
            ChildProcess.Answer(answer, 0, Processes.TryExec(path, argv.Pointer, envp.Pointer));
        }
    }
}
