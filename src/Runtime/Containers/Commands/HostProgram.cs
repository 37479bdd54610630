// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Containers.Commands;

/// <summary>Runs a program of the host to its end.</summary>
internal static class HostProgram
{
    private const int Executable = 1;

    /// <summary>The program's path, by PATH; a relative entry is skipped, as by Go. Null if there is none.</summary>
    public static string? Find(string name)
    {
        foreach (string directory in (ProcessEnvironment.Variable("PATH") ?? ProcessEnvironment.DefaultPath).Split(':'))
        {
            string path = $"{directory}/{name}";
            if (path[0] == '/' && directory.Length > 0 && !Files.TryAccessAt(Files.AT_FDCWD, path, Executable).IsError) return path;
        }
        return null;
    }

    /// <summary>Runs it without input and with our environment.</summary>
    /// <returns>The status of wait4(2), and both outputs together.</returns>
    /// <exception cref="RuncsException"/>
    public static (int Status, byte[] Output) Run(string path, IReadOnlyList<string> commandLine)
    {
        // A file rather than a pipe: the program can write all its output without waiting for us.
        using Fd output = Descriptors.MakeMemfd("runcs-output");
        using CStringArray argv = CStringArray.Of([.. commandLine]);
        using CStringArray envp = CStringArray.Of(Files.ReadFile("/proc/self/environ"));
        using Fd input = Files.Open("/dev/null", OpenFlags.O_RDONLY);
        using ChildProcess child = ChildProcess.Execute(path, argv, envp, input, output, output);
        Errno errno = child.ReceiveExecution();
        errno.OrThrow("execve", path);
        int status = child.Wait();
        using Fd reader = Files.Open(output.ProcPath, OpenFlags.O_RDONLY);
        return (status, Files.ReadToEnd(reader.Value, path));
    }
}
