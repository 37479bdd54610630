// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.OciSpec;

namespace Runcs.Cli.Verbs;

/// <summary>Containers as a table for people, in runc's layout (Go's tabwriter: minimum width 12, padding 3).</summary>
internal static class ContainerTable
{
    private const int LeastWidth = 12, Padding = 3;

    public static byte[] Write(ContainerState[] containers)
    {
        var rows = new string[containers.Length + 1][];
        rows[0] = ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"];
        for (int at = 0; at < containers.Length; at++)
        {
            ContainerState container = containers[at];
            rows[at + 1] = [container.Id, container.Pid.ToString(), container.Status, container.Bundle, container.Created, container.Owner];
        }
        return Layout(rows);
    }

    public static byte[] Ids(ContainerState[] containers)
    {
        var text = new StringBuilder();
        foreach (ContainerState container in containers) text.Append(container.Id).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Layout(string[][] rows)
    {
        var widths = new int[rows[0].Length];
        foreach (string[] row in rows)
            for (int column = 0; column < row.Length; column++)
                widths[column] = Math.Max(Math.Max(widths[column], LeastWidth), row[column].Length + Padding);
        var text = new StringBuilder();
        foreach (string[] row in rows)
        {
            for (int column = 0; column < row.Length - 1; column++) text.Append(row[column].PadRight(widths[column]));
            text.Append(row[^1]).Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
