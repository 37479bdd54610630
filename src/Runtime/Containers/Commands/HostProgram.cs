// SPDX-License-Identifier: Apache-2.0
// The child's part runs in a clone of the runtime, up to its execve.
using System.Collections.Generic;
using System.Text;
using Runcs.Native;

namespace Runcs.Containers.Commands;

/// <summary>A program of the host that is run to its end.</summary>
internal static class HostProgram
{
    private const string UsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const int ExecFailed = 127, FirstFree = 3, Executable = 1;

    /// <summary>The program's path, by PATH; a relative entry is passed over, as Go does. Null if there is none.</summary>
    public static string? Find(string name)
    {
        foreach (string directory in (ProcessEnvironment.Variable("PATH") ?? UsualPath).Split(':'))
        {
            string path = $"{directory}/{name}";
            if (path[0] == '/' && directory.Length > 0 && !Files.TryAccessAt(Files.AT_FDCWD, path, Executable).IsError) return path;
        }
        return null;
    }

    /// <summary>Runs it with no input and our environment.</summary>
    /// <returns>The status as wait4(2) gives it, and both outputs together.</returns>
    /// <exception cref="SyscallException"/>
    public static unsafe (int Status, byte[] Output) Run(string path, IReadOnlyList<string> commandLine)
    {
        // A file and no pipe: the program writes all it has to say without waiting for us.
        using Fd output = Descriptors.MakeMemfd("runcs-output");
        using CStringArray argv = CStringArray.Of(commandLine);
        using CStringArray envp = CStringArray.Of(Files.ReadFile("/proc/self/environ"));
        Signals.SetDefault(Processes.SIGCHLD);
        Errno errno = Processes.TryClone(0, -1, out int pid, out Fd? pidfd);
        if (errno.IsError) throw new SyscallException("clone3", "", errno);
        if (pid == 0) Become(path, argv.Pointer, envp.Pointer, output);
        using (pidfd)
        {
            errno = Processes.TryWait(pid, WaitOptions.__WALL, out _, out int status);
            if (errno.IsError) throw new SyscallException("wait4", path, errno);
            using Fd reader = Files.Open($"/proc/self/fd/{output.Value}", OpenFlags.O_RDONLY);
            return (status, Files.ReadToEnd(reader.Value, path));
        }
    }

    // Never returns.
    private static unsafe void Become(string path, byte** argv, byte** envp, Fd output)
    {
        Errno errno;
        try
        {
            Processes.TryPrctl(Processes.PR_SET_PDEATHSIG, Processes.SIGKILL);
            using Fd input = Files.Open("/dev/null", OpenFlags.O_RDONLY), free = Descriptors.Duplicate(output.Value, FirstFree);
            Descriptors.TryDup2(input.Value, 0);
            Descriptors.TryDup2(free.Value, 1);
            Descriptors.TryDup2(free.Value, 2);
            Descriptors.CloseOnExecFrom(FirstFree);
            Signals.Reset();
            errno = Processes.TryExec(path, argv, envp);
        }
        catch (SyscallException failure)
        {
            errno = failure.Errno;
        }
        Files.TryWrite(2, Encoding.UTF8.GetBytes(new SyscallException("execve", path, errno).Message), out _);
        Processes.Exit(ExecFailed);
    }
}
