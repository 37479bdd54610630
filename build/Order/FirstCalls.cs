// SPDX-License-Identifier: Apache-2.0
using static Runcs.Order.Ptrace;

namespace Runcs.Order;

/// <summary>
/// Runs commands under ptrace(2) with a breakpoint at each function, which is removed when it is reached. The processes of a command
/// are recorded one after the other: the code of each stays together.
/// </summary>
internal sealed class FirstCalls(string executable, SymbolTable symbols)
{
    private const byte Breakpoint = 0xcc;   // int3
    private const string Script = "read -r _ <\"$0\"; exec \"$@\" </dev/null >/dev/null";

    private readonly byte[] _image = File.ReadAllBytes(executable);
    private readonly HashSet<ulong> _seen = [];
    private readonly List<ulong> _order = [];

    /// <summary>The functions called so far, by each of their names.</summary>
    public IEnumerable<string> Names => _order.SelectMany(address => symbols.Functions[address]);

    /// <summary>Runs a command and returns its exit code.</summary>
    public int Trace(string[] arguments)
    {
        string directory = Directory.CreateTempSubdirectory("runcs-order-").FullName, go = Path.Combine(directory, "go");
        try
        {
            Check(mkfifo(go, 0b110_000_000), "mkfifo");
            // Opened for both, so that it waits for no reader: the shell may have stopped before it opens its end.
            using FileStream gate = new(go, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            int command = Start(go, arguments);
            gate.Write("go\n"u8);
            Dictionary<int, List<ulong>> processes = [];
            int exitCode = Follow(command, processes);
            _order.AddRange(processes.Values.SelectMany(calls => calls).Where(_seen.Add));
            return exitCode;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // A shell that is seized while it waits, and then executes the command.
    private int Start(string go, string[] arguments)
    {
        if (posix_spawn(out int pid, "/bin/sh", 0, 0, ["sh", "-c", Script, go, executable, .. arguments, null], ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", null]) != 0)
            throw new InvalidOperationException("posix_spawn failed");
        Check(ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL), "PTRACE_SEIZE");
        return pid;
    }

    private int Follow(int command, Dictionary<int, List<ulong>> processes)
    {
        int exitCode = -1;
        HashSet<int> alive = [command];
        while (alive.Count > 0)
        {
            int pid = waitpid(-1, out int status, __WALL);
            Check(pid, "waitpid");
            if ((status & 0xff) != 0x7f)
            {
                alive.Remove(pid);
                if (pid == command)
                    exitCode = (status & 0x7f) == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f);
                continue;
            }
            alive.Add(pid);
            int signal = status >> 8 & 0xff, stop = status >> 16;
            // The shell's own execve may be reported too: posix_spawn returns before that.
            if (stop == PTRACE_EVENT_EXEC && !Begin(pid, processes) && processes.Count > 0)
            {
                // The exec stage, or the user's program.
                Check(ptrace(PTRACE_DETACH, pid, 0, 0), "PTRACE_DETACH");
                alive.Remove(pid);
                continue;
            }
            bool reached = stop == 0 && signal == SIGTRAP;
            if (reached)
                Record(pid, processes);
            _ = ptrace(PTRACE_CONT, pid, 0, stop != 0 || reached ? 0 : signal);
        }
        return exitCode;
    }

    // Sets the breakpoints, if the process executes what is traced.
    private bool Begin(int pid, Dictionary<int, List<ulong>> processes)
    {
        if (File.ResolveLinkTarget($"/proc/{pid}/exe", returnFinalTarget: false)?.FullName != executable)
            return false;
        processes[pid] = [];
        using FileStream memory = Memory(pid);
        foreach (ulong address in symbols.Functions.Keys)
            Write(memory, address, Breakpoint);
        return true;
    }

    private void Record(int pid, Dictionary<int, List<ulong>> processes)
    {
        ulong address = InstructionPointer(pid) - 1;
        if (!processes.TryGetValue(pid, out List<ulong>? calls))
            processes[pid] = calls = [];
        calls.Add(address);
        using FileStream memory = Memory(pid);
        Write(memory, address, _image[(int)ElfOffset.Of(_image, address)]);
        Check(ptrace(PTRACE_POKEUSER, pid, RIP, (nint)address), "PTRACE_POKEUSER");
    }

    private static FileStream Memory(int pid) => new($"/proc/{pid}/mem", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    private static void Write(FileStream memory, ulong address, byte value)
    {
        memory.Position = (long)address;
        memory.WriteByte(value);
    }
}
