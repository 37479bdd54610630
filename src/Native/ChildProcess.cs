// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;

namespace Runcs.Native;

/// <summary>
/// A child that does one task for this process and ends: a clone that continues in managed code, with a socket to its
/// parent.
/// </summary>
/// <remarks>
/// Its parent may live long and do other work meanwhile. So the child keeps only the standard streams, the socket and the
/// descriptors that its task needs: otherwise it would hold other pipes open. It does not outlive its parent (prctl(2),
/// PR_SET_PDEATHSIG). The parent waits for its pid. Until it executes a program its end sends no SIGCHLD, and a wait for
/// any child does not see it (wait(2), __WALL).
/// </remarks>
public sealed unsafe class ChildProcess : IDisposable
{
    private const int FirstFree = 3;

    private int? _status;

    private ChildProcess(int pid, Fd pidfd, Fd socket) => (Pid, Pidfd, Socket) = (pid, pidfd, socket);

    public int Pid { get; }

    public Fd Pidfd { get; }

    /// <summary>The parent's end.</summary>
    public Fd Socket { get; }

    /// <param name="task">What the child does with its end of the socket; when the task returns or throws, the child ends.</param>
    /// <param name="keep">Further descriptors of the parent that the child keeps.</param>
    /// <param name="flags">CLONE_NEW*.</param>
    /// <exception cref="RuncsException"/>
    public static ChildProcess Start(Action<Fd> task, ReadOnlySpan<int> keep = default, CloneFlags flags = 0)
    {
        (Fd ours, Fd its) = UnixSockets.Pair();
        return Start(task, ours, its, keep, flags);
    }

    /// <inheritdoc cref="Start(Action{Fd}, ReadOnlySpan{int}, CloneFlags)"/>
    /// <param name="ours">The parent's end of an existing socket pair; disposed with the child.</param>
    /// <param name="its">The child's end; closed in the parent.</param>
    public static ChildProcess Start(Action<Fd> task, Fd ours, Fd its, ReadOnlySpan<int> keep = default, CloneFlags flags = 0)
    {
        Errno errno = Processes.TryClone(flags, -1, out int pid, out Fd? pidfd, exitSignal: 0);
        if (!errno.IsError && pidfd == null) Run(task, its, keep);
        its.Dispose();
        if (!errno.IsError) return new ChildProcess(pid, pidfd!, ours);
        ours.Dispose();
        throw errno.Failure("clone3", flags == CloneFlags.CLONE_NEWUSER ? "CLONE_NEWUSER" : "");
    }

    /// <summary>
    /// Executes a program with these standard streams. The result of the execve is received as the child's answer.
    /// </summary>
    /// <param name="prepare">What the child does before the execve; null for nothing.</param>
    /// <exception cref="RuncsException"/>
    public static ChildProcess Execute(string path, CStringArray argv, CStringArray envp, Fd input, Fd output, Fd errors, Action? prepare = null) =>
        Start(socket =>
        {
            Errno errno;
            try
            {
                errno = TryBecome(path, argv, envp, input, output, errors, ref socket, prepare);
            }
            catch (RuncsException failure)
            {
                errno = failure.Errno;
            }
            Answer(socket, 0, errno);
        }, [input.Value, output.Value, errors.Value]);

    /// <summary>In the child: sends the result of the task.</summary>
    /// <param name="step">The failed step.</param>
    /// <exception cref="RuncsException">The answer cannot be sent: the parent and this child would wait for each other.</exception>
    public static void Answer(Fd socket, int step, Errno errno)
    {
        Errno failure = Files.TryWrite(socket.Value, MemoryMarshal.AsBytes((ReadOnlySpan<int>)[step, errno.Value]), out _);
        failure.OrThrow("write", "socket");
    }

    /// <summary>In the child: sends a descriptor that the task has made for the parent.</summary>
    public static Errno Answer(Fd socket, Fd made) =>
        UnixSockets.TrySendFd(socket.Value, made.Value, MemoryMarshal.AsBytes((ReadOnlySpan<int>)[0, 0]));

    /// <summary>In the child: waits until no process holds the parent's end.</summary>
    public static void Stay(Fd socket) => Files.TryRead(socket.Value, [0], out _);

    /// <summary>In the parent, or another child that has inherited the socket: waits for the answer.</summary>
    /// <param name="step">The failed step.</param>
    /// <returns>ESRCH if the child has ended without an answer.</returns>
    public Errno Receive(out int step)
    {
        Errno errno = Receive(out step, out Fd? made);
        made?.Dispose();
        return errno;
    }

    /// <inheritdoc cref="Receive(out int)"/>
    /// <param name="made">The descriptor sent with the answer; null for none.</param>
    public Errno Receive(out int step, out Fd? made)
    {
        Span<int> answer = stackalloc int[2];
        Errno errno = UnixSockets.TryReceiveFd(Socket.Value, MemoryMarshal.AsBytes(answer), out int count, out made);
        bool isWhole = !errno.IsError && count == answer.Length * sizeof(int);
        step = isWhole ? answer[0] : 0;
        return errno.IsError ? errno : isWhole ? new Errno(answer[1]) : new Errno(Errno.ESRCH);
    }

    /// <summary>
    /// After <see cref="Execute"/>, once the program runs or has ended: the errno of a failed execve, or no error.
    /// </summary>
    public Errno ReceiveExecution()
    {
        Errno errno = Receive(out _);
        // The execve has closed the child's end.
        return errno.Value == Errno.ESRCH ? Errno.None : errno;
    }

    /// <summary>Waits for the child's end and returns its status in the format of wait4(2).</summary>
    /// <exception cref="RuncsException"/>
    public int Wait()
    {
        if (_status is { } known) return known;
        Errno errno = Processes.TryWait(Pid, WaitOptions.__WALL, out _, out int status);
        // From here on the pid may belong to another process.
        _status = status;
        errno.OrThrow("wait4", $"pid {Pid}");
        return status;
    }

    /// <summary>Leaves the child to another part of this process, which waits for its pid.</summary>
    public void Leave() => _status = 0;

    /// <summary>Kills the child, if it has not been waited for, and leaves no zombie.</summary>
    public void Dispose()
    {
        Socket.Dispose();
        if (_status == null)
        {
            ProcessDescriptors.TrySignal(Pidfd.Value, Processes.SIGKILL);
            Processes.TryWait(Pid, WaitOptions.__WALL, out _, out int status);
            _status = status;
        }
        Pidfd.Dispose();
    }

    private static void Run(Action<Fd> task, Fd socket, ReadOnlySpan<int> keep)
    {
        try
        {
            Processes.TryPrctl(Processes.PR_SET_PDEATHSIG, Processes.SIGKILL);
            Descriptors.CloseAllBut(FirstFree, [socket.Value, .. keep]);
            task(socket);
        }
#pragma warning disable CA1031 // The copy of the parent must not continue beyond this point; the parent sees the socket close.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        Processes.Exit(0);
    }

    // Returns only on failure.
    private static Errno TryBecome(string path, CStringArray argv, CStringArray envp, Fd input, Fd output, Fd errors, ref Fd socket, Action? prepare)
    {
        // Moved above descriptors 0 to 2, which may be free in the parent.
        Fd standardInput = Descriptors.Duplicate(input.Value, FirstFree), standardOutput = Descriptors.Duplicate(output.Value, FirstFree),
            standardError = Descriptors.Duplicate(errors.Value, FirstFree);
        socket = Descriptors.Duplicate(socket.Value, FirstFree);
        Descriptors.TryDup2(standardInput.Value, 0);
        Descriptors.TryDup2(standardOutput.Value, 1);
        Descriptors.TryDup2(standardError.Value, 2);
        prepare?.Invoke();
        Signals.Reset();
        return Processes.TryExec(path, argv.Pointer, envp.Pointer);
    }
}
