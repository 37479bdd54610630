// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Cgroups;

/// <summary>The part of containerd's metrics that v1 and v2 share. Unreadable values count as 0.</summary>
internal static class MetricsFields
{
    /// <summary>Writes values of lines of <c>key value</c> to fields of successive numbers.</summary>
    public static void Keys(ProtoWriter writer, int field, string? text, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys) writer.Number(field++, StatsMembers.Key(text, key));
    }

    /// <summary>Writes pressure stall information (Documentation/accounting/psi.rst), if the kernel has it.</summary>
    public static void Pressure(ProtoWriter writer, int field, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        int psi = writer.Begin(field);
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ');
            int who = words[0] switch { "some" => 1, "full" => 2, _ => 0 };
            if (who == 0) continue;
            int data = writer.Begin(who);
            writer.Double(1, Average(words, "avg10="));
            writer.Double(2, Average(words, "avg60="));
            writer.Double(3, Average(words, "avg300="));
            writer.Number(4, StatsMembers.Number(Value(words, "total=")));
            writer.End(data);
        }
        writer.End(psi);
    }

    // The kernel prints two decimals, so the quotient is the double next to the text.
    private static double Average(string[] words, string key) => StatsMembers.Number(Value(words, key)?.Replace(".", "")) / 100.0;

    /// <summary>The value of a word <c>key=value</c>.</summary>
    /// <param name="key">With the <c>=</c>.</param>
    public static string? Value(string[] words, string key)
    {
        foreach (string word in words)
        {
            if (word.StartsWith(key, StringComparison.Ordinal)) return word[key.Length..];
        }
        return null;
    }

    /// <summary>Writes usage and limits of RDMA devices: <c>mlx4_0 hca_handle=2 hca_object=max</c> (Documentation/admin-guide/cgroup-v2.rst, "RDMA").</summary>
    public static void Rdma(ProtoWriter writer, int field, string? current, string? limit)
    {
        int rdma = writer.Begin(field);
        RdmaEntries(writer, 1, current);
        RdmaEntries(writer, 2, limit);
        writer.End(rdma);
    }

    private static void RdmaEntries(ProtoWriter writer, int field, string? text)
    {
        foreach (string line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            int entry = writer.Begin(field);
            writer.Text(1, words[0]);
            writer.Number(2, Math.Min(StatsMembers.Number(Value(words, "hca_handle=")), uint.MaxValue));
            writer.Number(3, Math.Min(StatsMembers.Number(Value(words, "hca_object=")), uint.MaxValue));
            writer.End(entry);
        }
    }
}
