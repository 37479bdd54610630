// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Supervision;

/// <summary>
/// A command that runs in a clone of this process, which has the code loaded already. The loop goes on meanwhile; nothing
/// that the command allocates or opens stays, and nothing that goes wrong in it takes this process along.
/// </summary>
public sealed class Operation
{
    // Less than the buffer of a socket (net.core.wmem_default), so that the clone does not wait for a reader.
    private const int LongestText = 32 << 10;

    // The pid, whether it has failed, and the kind of the failure; its text follows.
    private const int Head = sizeof(int) + 2;

    private readonly EventLoop _loop;
    private readonly ChildProcess _process;
    private readonly Watch _watch;
    private Action<OperationResult>? _done, _answered;
    private Watch? _answers;
    private OperationResult? _result;
    private bool _isOver;

    private Operation(EventLoop loop, ChildProcess process, Action<OperationResult>? done, Action<OperationResult>? answered = null)
    {
        (_loop, _process) = (loop, process);
        _watch = loop.Add(process.Pidfd.Value, PollEvents.POLLIN, _ => End());
        Begin(done, answered);
    }

    /// <param name="loop">Calls <paramref name="done"/>.</param>
    /// <param name="task">Run in the clone. What it returns or throws is the result.</param>
    /// <param name="done">Called in this process, later: after the clone's end, or if there can be no clone.</param>
    /// <param name="keep">The descriptors that the clone keeps, beside the standard streams.</param>
    /// <param name="inheritsLog">The clone's warnings belong to the command that this process still runs; its error is only returned.</param>
    /// <param name="answered">Called with the result of a success before <paramref name="done"/>: the clone's memory is still being freed, and its children are its own.</param>
    public static void Start(EventLoop loop, Func<OperationResult> task, Action<OperationResult> done, ReadOnlySpan<int> keep = default, bool inheritsLog = false, Action<OperationResult>? answered = null)
    {
        int parent = Processes.GetPid();
        try
        {
            _ = new Operation(loop, ChildProcess.Start(socket => RunTask(socket, parent, _ => task(), inheritsLog), keep), done, answered);
        }
        catch (RuncsException e)
        {
            var failed = new OperationResult { Error = e.Message, Kind = e.Kind };
            loop.Post(() => done(failed));
        }
    }

    /// <summary>A command that begins before all of its inputs are known: it waits for <see cref="TryContinue"/>, or ends without a result.</summary>
    /// <param name="loop">Watches the clone.</param>
    /// <param name="task">Run in the clone, which receives what it waits for by the function: a descriptor.</param>
    /// <returns>Null if there can be no clone.</returns>
    public static Operation? Prepare(EventLoop loop, Func<Func<Fd>, OperationResult> task)
    {
        int parent = Processes.GetPid();
        try
        {
            return new Operation(loop, ChildProcess.Start(socket => RunTask(socket, parent, end => task(() => Await(end)), inheritsLog: false)), done: null);
        }
        catch (RuncsException)
        {
            return null;
        }
    }

    /// <summary>Sends a prepared command the descriptors that it waits for.</summary>
    /// <param name="done">As for <see cref="Start"/>.</param>
    /// <param name="answered">As for <see cref="Start"/>.</param>
    /// <returns>False if the clone has ended.</returns>
    public bool TryContinue(ReadOnlySpan<int> descriptors, Action<OperationResult> done, Action<OperationResult> answered)
    {
        foreach (int descriptor in descriptors)
        {
            if (!_isOver && !UnixSockets.TrySendFd(_process.Socket.Value, descriptor, [0]).IsError) continue;
            Cancel();
            return false;
        }
        Begin(done, answered);
        return true;
    }

    /// <summary>A prepared command is not wanted any more: the clone ends when it waits.</summary>
    public void Cancel()
    {
        if (_isOver) return;
        _isOver = true;
        _process.Socket.Dispose();
    }

    // In the clone.
    private static Fd Await(Fd socket)
    {
        Errno errno = UnixSockets.TryReceiveFd(socket.Value, stackalloc byte[1], out _, out Fd? descriptor);
        errno.OrThrow("recvmsg", "");
        if (descriptor == null) Processes.Exit(1);
        return descriptor!;
    }

    // In the clone.
    private static void RunTask(Fd socket, int parent, Func<Fd, OperationResult> task, bool inheritsLog)
    {
        // It ended before the clone asked for its parent-death signal (prctl(2)): others clean up by now.
        if (Processes.GetParentPid() != parent) return;
        Signals.SetMask(new Signals.Set(0));
        DescriptorLimit.Restore();
        OperationResult result;
        using (inheritsLog ? null : Log.Begin())
        {
            try
            {
                result = task(socket);
                Log.Succeed();
            }
#pragma warning disable CA1031 // Every failure is an answer.
            catch (Exception e)
#pragma warning restore CA1031
            {
                string reason = FailureReason.Of(e);
                if (inheritsLog) reason += Log.Lasting;
                else Log.Fail(reason);
                result = new OperationResult { Error = reason, Kind = (e as RuncsException)?.Kind ?? FailureKind.Other };
            }
        }
        byte[] text = Encoding.UTF8.GetBytes(result.Error ?? "");
        int length = Math.Min(text.Length, LongestText);
        var message = new byte[Head + length];
        BitConverter.TryWriteBytes(message, result.Pid);
        message[sizeof(int)] = result.Error == null ? (byte)0 : (byte)1;
        message[sizeof(int) + 1] = (byte)result.Kind;
        text.AsSpan(0, length).CopyTo(message.AsSpan(Head));
        if (result.Descriptor != null) UnixSockets.TrySendFd(socket.Value, result.Descriptor.Value, message);
        else Files.TryWrite(socket.Value, message, out _);
    }

    private void Begin(Action<OperationResult>? done, Action<OperationResult>? answered)
    {
        (_done, _answered) = (done, answered);
        if (answered == null) return;
        try
        {
            _answers = _loop.Add(_process.Socket.Value, PollEvents.POLLIN, _ => TakeAnswer());
        }
        catch (RuncsException)
        {
            // Its end is seen, and the answer is read then.
        }
    }

    // There is an answer, or the clone has ended without one.
    private void TakeAnswer()
    {
        _answers?.Dispose();
        _answers = null;
        _result = Receive();
        if (_result.Error == null) _answered?.Invoke(_result);
    }

    private void End()
    {
        _watch.Dispose();
        if (_done != null && _result == null) TakeAnswer();
        _isOver = true;
        _process.Dispose();
        if (_result != null) _done!(_result);
    }

    private OperationResult Receive()
    {
        Span<byte> message = stackalloc byte[Head + LongestText];
        Errno errno = UnixSockets.TryReceiveFd(_process.Socket.Value, message, out int count, out Fd? descriptor);
        if (!errno.IsError && count >= Head)
        {
            return new OperationResult
            {
                Pid = BitConverter.ToInt32(message),
                Error = message[sizeof(int)] == 0 ? null : Encoding.UTF8.GetString(message[Head..count]),
                Kind = (FailureKind)message[sizeof(int) + 1],
                Descriptor = descriptor,
            };
        }
        descriptor?.Dispose();
        int code = Processes.ExitCode(_process.Wait());
        return new OperationResult { Error = $"the process of the operation ended without an answer: exit status {code}", IsLost = true };
    }
}
