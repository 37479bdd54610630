// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Conformance.Seccomp;

/// <summary>A system call as a filter sees it (<c>struct seccomp_data</c>).</summary>
internal readonly record struct CallData(uint Number, uint Architecture, params ulong[] Arguments)
{
    /// <summary>32 bits at an offset, on a machine of either byte order.</summary>
    public uint Word(uint offset, bool bigEndian)
    {
        if (offset < 16) return offset switch { 0 => Number, 4 => Architecture, _ => 0 };
        ulong argument = Arguments[(offset - 16) / 8];
        bool upper = (offset % 8 == 4) != bigEndian;
        return (uint)(upper ? argument >> 32 : argument);
    }
}
