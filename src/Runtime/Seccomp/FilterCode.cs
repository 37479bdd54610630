// SPDX-License-Identifier: Apache-2.0
// linux/filter.h, linux/bpf_common.h; Documentation/networking/filter.rst.
using System;

namespace Runcs.Seccomp;

/// <summary>
/// Builds a program of the kernel's classic BPF machine from its end to its beginning: all jumps go forward, so their
/// targets exist already. A label is the number of instructions from an instruction to the end.
/// </summary>
internal sealed class FilterCode
{
    private const int Farthest = byte.MaxValue;
    private const ushort BPF_LD_W_ABS = 0x20, BPF_RET_K = 0x06, BPF_JA = 0x05, BPF_AND_K = 0x54;

    internal const ushort JumpEqual = 0x15, JumpGreater = 0x25, JumpGreaterOrEqual = 0x35;

    private ulong[] _reversed = new ulong[512];
    private int _count;

    // The latest return instruction of each value; profiles have few values.
    private uint[] _returned = new uint[8];
    private int[] _returnLabels = new int[8];
    private int _returnCount;

    /// <summary>The program, one instruction (<c>struct sock_filter</c>) in 64 bits.</summary>
    internal ulong[] ToProgram()
    {
        ulong[] program = _reversed.AsSpan(0, _count).ToArray();
        Array.Reverse(program);
        return program;
    }

    /// <summary>A return of this value: an existing one that is near enough, or a new one.</summary>
    internal int Return(uint value)
    {
        int known = 0;
        while (known < _returnCount && _returned[known] != value) known++;
        // The jump to it comes later, after the code that it decides between.
        const int Slack = 32;
        if (known < _returnCount && _count - _returnLabels[known] < Farthest - Slack) return _returnLabels[known];
        if (known == _returnCount)
        {
            if (known == _returned.Length)
            {
                Array.Resize(ref _returned, 2 * known);
                Array.Resize(ref _returnLabels, 2 * known);
            }
            _returned[_returnCount++] = value;
        }
        return _returnLabels[known] = Emit(BPF_RET_K, 0, 0, value);
    }

    /// <summary>A jump on the accumulator.</summary>
    internal int Jump(ushort operation, uint value, int then, int otherwise)
    {
        // A trampoline for one target moves the other one farther away.
        while (_count - then > Farthest || _count - otherwise > Farthest)
        {
            if (_count - then > Farthest) then = Nearer(then);
            if (_count - otherwise > Farthest) otherwise = Nearer(otherwise);
        }
        return Emit(operation, (byte)(_count - then), (byte)(_count - otherwise), value);
    }

    /// <summary>Loads 32 bits of <c>struct seccomp_data</c>; the instruction written before follows.</summary>
    internal int Load(uint offset) => Emit(BPF_LD_W_ABS, 0, 0, offset);

    /// <summary>Masks the accumulator; the instruction written before follows.</summary>
    internal int And(uint mask) => Emit(BPF_AND_K, 0, 0, mask);

    private int Nearer(int label)
    {
        ulong target = _reversed[label - 1];
        if ((ushort)target != BPF_RET_K) return Emit(BPF_JA, 0, 0, (uint)(_count - label));
        var value = (uint)(target >> 32);
        int near = Return(value);
        return _count - near <= Farthest ? near : Emit(BPF_RET_K, 0, 0, value);
    }

    private int Emit(ushort code, byte then, byte otherwise, uint value)
    {
        if (_count == _reversed.Length) Array.Resize(ref _reversed, 2 * _count);
        _reversed[_count++] = code | ((ulong)then << 16) | ((ulong)otherwise << 24) | ((ulong)value << 32);
        return _count;
    }
}
