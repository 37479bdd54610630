// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;
using Runcs.OciSpec.Json;

namespace Runcs.Containers.Commands;

/// <summary><c>ps</c>: the processes of a container, including those in its own sub-cgroups.</summary>
public static class PsCommand
{
    private const string Ps = "ps", PidColumn = "PID";

    /// <summary><c>[12,34]</c>; <c>null</c> for none, as Go writes a nil slice.</summary>
    /// <exception cref="RuncsException">There is no such container.</exception>
    public static byte[] Json(string root, string id)
    {
        IReadOnlyList<int> pids = ContainerCgroup.Processes(Container.Load(root, id));
        JsonText json = JsonText.Compact();
        if (pids.Count == 0)
        {
            json.Null();
        }
        else
        {
            json.BeginArray();
            foreach (int pid in pids) json.Number((long)pid);
            json.EndArray();
        }
        json.EndLine();
        return json.ToArray();
    }

    /// <summary>The host's <c>ps</c> output for these processes, with its header.</summary>
    /// <param name="arguments">Its arguments; <c>-ef</c> by default.</param>
    /// <exception cref="RuncsException">There is no such container, or no <c>ps</c>, or it fails.</exception>
    public static byte[] Table(string root, string id, IReadOnlyList<string> arguments)
    {
        IReadOnlyList<int> pids = ContainerCgroup.Processes(Container.Load(root, id));
        List<string> commandLine = [Ps, .. arguments];
        if (arguments.Count == 0) commandLine.Add("-ef");
        string path = HostProgram.Find(Ps) ?? throw new RuncsException($"exec: \"{Ps}\": executable file not found in $PATH: the table is made by it, --format json needs none");
        (int status, byte[] output) = HostProgram.Run(path, commandLine);
        string text = Encoding.UTF8.GetString(output);
        if (status != 0) throw new RuncsException($"{Ps}: exit status {Processes.ExitCode(status)}: {text.TrimEnd('\n')}");
        return Encoding.UTF8.GetBytes(Select(text, pids));
    }

    /// <summary>The header line, and the lines with one of these PIDs.</summary>
    /// <exception cref="RuncsException">The output has no such column.</exception>
    internal static string Select(string output, IReadOnlyList<int> pids)
    {
        string[] lines = output.Split('\n');
        int column = Array.IndexOf(Fields(lines[0]), PidColumn);
        if (column < 0) throw new RuncsException($"couldn't find {PidColumn} field in {Ps} output: the ps options must keep that column");
        var text = new StringBuilder(lines[0]).Append('\n');
        for (int i = 1; i < lines.Length; i++)
        {
            string[] fields = Fields(lines[i]);
            if (fields.Length == 0) continue;
            if (column >= fields.Length || !int.TryParse(fields[column], out int pid)) throw new RuncsException($"unable to parse pid: {lines[i]}");
            if (Has(pids, pid)) text.Append(lines[i]).Append('\n');
        }
        return text.ToString();
    }

    private static string[] Fields(string line) => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static bool Has(IReadOnlyList<int> pids, int wanted)
    {
        for (int i = 0; i < pids.Count; i++)
        {
            if (pids[i] == wanted) return true;
        }
        return false;
    }
}
