// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Runcs.Native;

namespace Runcs.Namespaces;

/// <summary>
/// newuidmap(1) and newgidmap(1), of the package uidmap: programs with the privilege that an ordinary user lacks, which write the
/// ranges that root has given to the user in /etc/subuid and /etc/subgid.
/// </summary>
internal static class IdMapHelper
{
    public const string OfUids = "newuidmap", OfGids = "newgidmap";

    // More than any message of theirs; the rest is discarded.
    private const int MostOutput = 1024;

    /// <summary>Writes the map of a process's user namespace.</summary>
    /// <param name="name">newuidmap or newgidmap.</param>
    /// <param name="jsonPath">Of the map, for messages.</param>
    /// <exception cref="RuncsException">It is not installed, or refuses; the message has its words.</exception>
    internal static void Run(string name, string jsonPath, int pid, IdMap map)
    {
        string path = Find(name) ?? throw Failure(name, jsonPath, map, "");
        using CStringArray argv = CStringArray.Of([.. Arguments(name, pid, map)]), envp = CStringArray.Of((string[])[]);
        using Fd input = Files.Open("/dev/null", OpenFlags.O_RDWR);
        (Fd read, Fd write) = Descriptors.Pipe();
        using (read)
        {
            ChildProcess child;
            using (write) child = ChildProcess.Execute(path, argv, envp, input, write, write);
            using (child)
            {
                string output = ReadAll(read);
                Errno errno = child.ReceiveExecution();
                errno.OrThrow(jsonPath, "execve", path);
                int status = child.Wait();
                if (status != 0) throw Failure(name, jsonPath, map, Describe(name, output, status));
            }
        }
    }

    internal static List<string> Arguments(string name, int pid, IdMap map)
    {
        var arguments = new List<string> { name, pid.ToString(CultureInfo.InvariantCulture) };
        foreach (IdRange range in map.Ranges)
            foreach (uint number in (ReadOnlySpan<uint>)[range.Inside, range.Outside, range.Size])
                arguments.Add(number.ToString(CultureInfo.InvariantCulture));
        return arguments;
    }

    /// <summary>The program's path; null if PATH does not lead to it.</summary>
    internal static string? Find(string name)
    {
        const int X_OK = 1;
        string searched = ProcessEnvironment.Variable("PATH") is { Length: > 0 } path ? path : ProcessEnvironment.DefaultPath;
        foreach (string directory in searched.Split(':'))
        {
            // A relative one would depend on the bundle.
            if (directory.Length == 0 || directory[0] != '/') continue;
            string candidate = $"{directory}/{name}";
            if (!Files.TryAccessAt(Files.AT_FDCWD, candidate, X_OK).IsError) return candidate;
        }
        return null;
    }

    private static string ReadAll(Fd pipe)
    {
        Span<byte> buffer = stackalloc byte[MostOutput], rest = stackalloc byte[MostOutput];
        int total = 0;
        while (true)
        {
            Errno errno = Files.TryRead(pipe.Value, total < MostOutput ? buffer[total..] : rest, out int count);
            if (errno.IsError || count == 0) break;
            if (total < MostOutput) total += count;
        }
        return Encoding.UTF8.GetString(buffer[..total]).Trim().Replace('\n', ' ');
    }

    // The reasons that are found, each with its remedy, then the helper's own words.
    private static RuncsException Failure(string name, string jsonPath, IdMap map, string words)
    {
        var problems = new List<string>();
        try
        {
            problems = IdMapRules.Problems(jsonPath, map, name == OfUids, IdMapFacts.Read());
        }
        catch (RuncsException)
        {
            // /etc/passwd, /etc/subuid or /etc/subgid cannot be read: the helper's words remain.
        }
        if (problems.Count == 0) return RuncsException.At(jsonPath, words);
        string found = string.Join("; ", problems);
        return new RuncsException(words.Length == 0 ? found : $"{found}: {words}");
    }

    // Their messages begin with their name, and have the range that is not allowed.
    private static string Describe(string name, string output, int status)
    {
        string end = $"{name} failed with exit code {Processes.ExitCode(status)}";
        return output.Length == 0 ? end : output.StartsWith(name, StringComparison.Ordinal) ? output : $"{end}: {output}";
    }
}
