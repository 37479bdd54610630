// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Native;

/// <summary>One instruction of the kernel's BPF machine (<c>struct bpf_insn</c>, 8 bytes).</summary>
/// <param name="Code">Class, operation and source.</param>
/// <param name="Destination">A register, 0 to 10.</param>
/// <param name="Source">A register, 0 to 10.</param>
/// <param name="Offset">Of a jump, counted from the next instruction, or of memory.</param>
/// <param name="Immediate">The constant.</param>
public readonly record struct BpfInstruction(byte Code, byte Destination, byte Source, short Offset, int Immediate)
{
    internal ulong Encoded => Code | ((ulong)(Destination | Source << 4) << 8) | ((ulong)(ushort)Offset << 16) | ((ulong)(uint)Immediate << 32);
}
