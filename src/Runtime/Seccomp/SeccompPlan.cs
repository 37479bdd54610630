// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Runcs.Seccomp;

/// <summary>The seccomp filter of the user's program.</summary>
/// <param name="Program">Instructions of the kernel's classic BPF machine (<c>struct sock_filter</c>), each in 64 bits.</param>
/// <param name="Flags">Of seccomp(2).</param>
/// <param name="Listener">The agent for SCMP_ACT_NOTIFY; null if no rule has it.</param>
public sealed record SeccompPlan(ulong[] Program, uint Flags, SeccompListener? Listener)
{
    /// <summary>A summary: the program itself has separate tests.</summary>
    public void Describe(StringBuilder text)
    {
        text.Append("seccomp ").Append(Program.Length).Append(" instructions, flags ").Append(Flags);
        if (Listener != null) text.Append(", listener ").Append(Listener.Path);
        text.Append('\n');
    }
}
