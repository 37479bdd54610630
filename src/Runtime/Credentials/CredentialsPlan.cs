// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Native;

namespace Runcs.Credentials;

/// <summary>The credentials of the user's program: ids, capability sets (bit n for capability n), umask.</summary>
public sealed record CredentialsPlan(
    uint Uid,
    uint Gid,
    uint[] Groups,
    uint Umask,
    ulong Bounding,
    ulong Effective,
    ulong Permitted,
    ulong Inheritable,
    ulong Ambient,
    bool NoNewPrivileges)
{
    /// <summary>The program keeps the supplementary groups that runcs was called with, and <see cref="Groups"/> is empty.</summary>
    public bool KeepsGroups { get; init; }

    /// <summary>The same where setgroups(2) is denied.</summary>
    /// <exception cref="RuncsException">There are groups to set.</exception>
    public CredentialsPlan KeepGroups() =>
        Groups.Length == 0 ? this with { KeepsGroups = true } : throw new RuncsException(CredentialsPlanner.GroupsDenied);

    public void Describe(StringBuilder text)
    {
        text.Append("user ").Append(Uid).Append(':').Append(Gid).Append(KeepsGroups ? " groups of the caller" : " groups [").AppendJoin(' ', Groups).Append(KeepsGroups ? "\n" : "]\n");
        text.Append("umask 0").Append(System.Convert.ToString(Umask, 8)).Append('\n');
        DescribeSet(text, "bounding", Bounding);
        DescribeSet(text, "effective", Effective);
        DescribeSet(text, "permitted", Permitted);
        DescribeSet(text, "inheritable", Inheritable);
        DescribeSet(text, "ambient", Ambient);
        if (NoNewPrivileges) text.Append("no_new_privs\n");
    }

    private static void DescribeSet(StringBuilder text, string name, ulong set)
    {
        text.Append("capabilities ").Append(name);
        for (int i = 0; i < CapabilitySet.Names.Length; i++)
            if ((set & (1UL << i)) != 0)
                text.Append(' ').Append(CapabilitySet.Names[i]);
        text.Append('\n');
    }
}
