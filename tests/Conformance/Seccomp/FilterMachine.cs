// SPDX-License-Identifier: Apache-2.0
// Documentation/networking/filter.rst, seccomp(2).
using System.Buffers.Binary;

namespace Runcs.Conformance.Seccomp;

/// <summary>
/// The kernel's classic BPF machine, restricted to what a filter may use. It counts its steps, and refuses what
/// seccomp_check_filter() and bpf_check_classic() refuse.
/// </summary>
internal sealed class FilterMachine
{
    private const int Most = 4096;
    private readonly (ushort Code, byte Then, byte Otherwise, uint Value)[] _program;
    private readonly bool _bigEndian;

    /// <param name="bigEndian">The program is for a machine of the other byte order.</param>
    public FilterMachine(ReadOnlySpan<ulong> program, bool bigEndian = false)
    {
        _bigEndian = bigEndian;
        _program = new (ushort, byte, byte, uint)[program.Length];
        for (int i = 0; i < program.Length; i++)
        {
            (ushort code, uint value) = ((ushort)program[i], (uint)(program[i] >> 32));
            if (bigEndian)
            {
                code = BinaryPrimitives.ReverseEndianness(code);
                // libseccomp swaps some of the returned values twice.
                if (code != 0x06 || !IsAction(value)) value = BinaryPrimitives.ReverseEndianness(value);
            }
            _program[i] = (code, (byte)(program[i] >> 16), (byte)(program[i] >> 24), value);
        }
        Check();
    }

    public int Length => _program.Length;

    public int Steps { get; private set; }

    public uint Run(CallData data)
    {
        uint accumulator = 0;
        for (int at = 0; ; at++)
        {
            Steps++;
            (ushort code, byte then, byte otherwise, uint value) = _program[at];
            switch (code)
            {
                case 0x20: accumulator = data.Word(value, _bigEndian); break;
                case 0x54: accumulator &= value; break;
                case 0x05: at += (int)value; break;
                case 0x15: at += accumulator == value ? then : otherwise; break;
                case 0x25: at += accumulator > value ? then : otherwise; break;
                case 0x35: at += accumulator >= value ? then : otherwise; break;
                case 0x06: return value;
                default: throw new InvalidOperationException($"instruction {at}: code 0x{code:x}");
            }
        }
    }

    private static bool IsAction(uint value) => value is 0 or 0x80000000 || (value >> 16) is 0x3 or 0x5 or 0x7fc0 or 0x7ff0 or 0x7ffc or 0x7fff;

    private void Check()
    {
        Assert.InRange(_program.Length, 1, Most);
        Assert.Equal(0x06, _program[^1].Code);
        for (int i = 0; i < _program.Length; i++)
        {
            (ushort code, byte then, byte otherwise, uint value) = _program[i];
            long farthest = code switch
            {
                0x05 => i + 1L + value,
                0x15 or 0x25 or 0x35 => i + 1L + Math.Max(then, otherwise),
                0x20 or 0x54 => i + 1L,
                0x06 => i,
                _ => throw new InvalidOperationException($"instruction {i}: code 0x{code:x}"),
            };
            Assert.True(farthest < _program.Length, $"instruction {i} leads outside");
            if (code == 0x20) Assert.True(value % 4 == 0 && value < 64, $"instruction {i} loads at {value}");
        }
    }
}
