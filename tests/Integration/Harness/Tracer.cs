// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using static Runcs.Harness.Ptrace;

namespace Runcs.Harness;

/// <summary>The thread behind <see cref="TracedCommand"/>.</summary>
internal sealed class Tracer(string directory, string[] commandLine, TracedCall? at, Fault fault, Action? act, int errno) : IDisposable
{
    // The shell waits to be seized before it executes the command.
    private const string Script = "cd \"$0\" && read go <go && exec \"$@\" </dev/null >out 2>err";

    private readonly List<TracedCall> _calls = [];
    private readonly Dictionary<int, Tracee> _tracees = [];
    private readonly HashSet<int> _early = [];
    private FileStream? _go;
    private int _root;
    private bool _running;

    private sealed class Tracee(int index)
    {
        public int Index { get; } = index;
        public Dictionary<string, int> Counts { get; } = [];
        public bool InCall { get; set; }
        public bool Failing { get; set; }
    }

    public IReadOnlyList<TracedCall> Calls => _calls;

    public int ExitCode { get; private set; }

    public bool Reached { get; private set; }

    public Exception? Failure { get; private set; }

    public byte[] Output(string name)
    {
        string path = Path.Combine(directory, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : [];
    }

    public void KillAll()
    {
        foreach (int pid in _tracees.Keys.ToArray())
            _ = Libc.kill(pid, Libc.SIGKILL);
    }

    public void Run()
    {
        try
        {
            Start();
            while (Step()) { }
        }
#pragma warning disable CA1031 // Rethrown in the thread that waits for this one.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failure = exception;
            KillAll();
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose() => _go?.Dispose();

    private void Start()
    {
        string go = Path.Combine(directory, "go");
        Assert.Equal(0, mkfifo(go, 0b110_000_000));
        string?[] arguments = ["sh", "-c", Script, directory, .. commandLine, null];
        Assert.Equal(0, posix_spawn(out _root, "/bin/sh", 0, 0, arguments, [$"PATH={Environment.GetEnvironmentVariable("PATH")}", null]));
        _tracees[_root] = new(0);
        Check(ptrace(PTRACE_SEIZE, _root, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC), "PTRACE_SEIZE");
        // Stopped once, so that it continues under PTRACE_SYSCALL.
        Check(ptrace(PTRACE_INTERRUPT, _root, 0, 0), "PTRACE_INTERRUPT");
        // Opened for both directions, so that neither end waits for the other.
        _go = new(go, FileMode.Open, FileAccess.ReadWrite);
        _go.Write("\n"u8);
        _go.Flush();
    }

    // False once the command has ended.
    private bool Step()
    {
        int pid = wait4(-1, out int status, __WALL | __WNOTHREAD, 0);
        if (pid < 0)
            return false;
        if ((status & 0xff) != 0x7f)
            return Ended(pid, status);
        int signal = status >> 8 & 0xff, happened = status >> 16;
        if (!_tracees.TryGetValue(pid, out Tracee? tracee))
        {
            // Its parent's stop, which reports it and so its index, is still to come.
            _early.Add(pid);
            return true;
        }
        nint deliver = 0;
        if (signal == (SIGTRAP | 0x80))
        {
            if (!AtCall(pid, tracee))
                return true;
        }
        else if (happened == PTRACE_EVENT_EXEC)
        {
            // Calls of the shell before the exec are not the command's; the command's own exec may be seen too.
            if (pid == _root && !_running && Path.GetFileName(new FileInfo($"/proc/{pid}/exe").LinkTarget) == Path.GetFileName(commandLine[0]))
                (_running, tracee.InCall) = (true, true);
        }
        else if (happened is PTRACE_EVENT_FORK or PTRACE_EVENT_VFORK or PTRACE_EVENT_CLONE)
        {
            AddChild(pid);
        }
        else if (happened == PTRACE_EVENT_STOP)
        {
            if (signal is SIGSTOP or SIGTSTP or SIGTTIN or SIGTTOU && _running && tracee.Counts.Count > 0)
            {
                ptrace(PTRACE_LISTEN, pid, 0, 0);
                return true;
            }
        }
        else if (happened == 0)
        {
            deliver = signal;
        }
        ptrace(PTRACE_SYSCALL, pid, 0, deliver);
        return true;
    }

    private unsafe void AddChild(int parent)
    {
        nint child = 0;
        Check(ptrace(PTRACE_GETEVENTMSG, parent, 0, (nint)(&child)), "PTRACE_GETEVENTMSG");
        _tracees[(int)child] = new(_tracees.Count);
        if (_early.Remove((int)child))
            ptrace(PTRACE_SYSCALL, (int)child, 0, 0);
    }

    private bool Ended(int pid, int status)
    {
        if (pid != _root)
            return true;
        ExitCode = (status & 0x7f) == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f);
        return false;
    }

    // False if the process is not to continue by itself.
    private bool AtCall(int pid, Tracee tracee)
    {
        tracee.InCall = !tracee.InCall;
        if (!tracee.InCall)
        {
            if (tracee.Failing)
                Check(ptrace(PTRACE_POKEUSER, pid, RAX, -errno), "PTRACE_POKEUSER");
            tracee.Failing = false;
            return true;
        }
        if (!_running || NameOfCall(pid, out ulong[] arguments) is not { } name)
            return true;
        int ordinal = tracee.Counts[name] = tracee.Counts.GetValueOrDefault(name) + 1;
        if (fault == Fault.None)
            _calls.Add(new(tracee.Index, name, ordinal, arguments, SystemCalls.TextArgument(name) is { } index ? ReadText(pid, arguments[index]) : ""));
        else if (at!.Process == tracee.Index && at.Name == name && at.Ordinal == ordinal)
            return Strike(pid, tracee);
        return true;
    }

    private bool Strike(int pid, Tracee tracee)
    {
        Reached = true;
        if (fault == Fault.Error)
        {
            Check(ptrace(PTRACE_POKEUSER, pid, ORIG_RAX, -1), "PTRACE_POKEUSER");
            tracee.Failing = true;
            return true;
        }
        if (fault == Fault.Act)
        {
            act!();
            return true;
        }
        _ = Libc.kill(fault == Fault.KillCaller ? pid : _root, Libc.SIGKILL);
        // The process stays stopped until the command is dead: then this thread ends, which releases all tracees.
        return fault == Fault.KillCaller;
    }

    private static unsafe string? NameOfCall(int pid, out ulong[] arguments)
    {
        byte* info = stackalloc byte[SyscallInfoSize];
        arguments = [];
        if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, SyscallInfoSize, (nint)info) < 0)
            return null;
        string? name = SystemCalls.Name(*(ulong*)(info + 24));
        if (name != null)
            arguments = new ReadOnlySpan<ulong>(info + 32, 6).ToArray();
        return name;
    }

    private static unsafe string ReadText(int pid, ulong address)
    {
        const int Most = 200;
        byte* buffer = stackalloc byte[Most];
        nint* here = stackalloc nint[2] { (nint)buffer, Most };
        nint* there = stackalloc nint[2] { (nint)address, Most };
        nint count = process_vm_readv(pid, here, 1, there, 1, 0);
        // A string at the end of a mapping.
        while (count < 0 && there[1] > 1)
        {
            there[1] /= 2;
            count = process_vm_readv(pid, here, 1, there, 1, 0);
        }
        ReadOnlySpan<byte> text = new(buffer, (int)Math.Max(count, 0));
        int end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }

    private static void Check(nint result, string request)
    {
        if (result < 0)
            throw new InvalidOperationException($"{request}: errno {Marshal.GetLastPInvokeError()}");
    }
}
