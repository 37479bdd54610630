// SPDX-License-Identifier: Apache-2.0
// Documentation/bpf/prog_cgroup_device (struct bpf_cgroup_dev_ctx in linux/bpf.h), instruction-set.rst
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Cgroups.V2;

/// <summary>
/// Device rules as a BPF program. It goes from the last rule to the first, since the last one that matches
/// decides, and removes the accesses that a rule allows from the request; once none is left, the request is allowed. Pure.
/// </summary>
internal static class DeviceProgram
{
    // Registers: the answer, the context that the kernel passes, and the request taken apart.
    private const byte Answer = 0, Context = 1, Kind = 2, Access = 3, Major = 4, Minor = 5;

    // linux/bpf.h, linux/bpf_common.h
    private const byte BPF_LDX_MEM_W = 0x61, BPF_MOV64_K = 0xb7, BPF_MOV64_X = 0xbf, BPF_AND64_K = 0x57, BPF_RSH64_K = 0x77, BPF_EXIT = 0x95;
    private const byte BPF_JEQ32_K = 0x16, BPF_JNE32_K = 0x56;
    private const short AccessTypeOffset = 0, MajorOffset = 4, MinorOffset = 8;

    /// <summary>Returns null if the rules allow everything, which needs no program.</summary>
    public static BpfInstruction[]? Compile(DeviceRule[] rules)
    {
        if (AllowsEverything(rules)) return null;
        var program = new List<BpfInstruction>
        {
            // u32 access_type is (access << 16) | kind, then u32 major, u32 minor.
            new(BPF_LDX_MEM_W, Kind, Context, AccessTypeOffset, 0),
            new(BPF_MOV64_X, Access, Kind, 0, 0),
            new(BPF_RSH64_K, Access, 0, 0, 16),
            new(BPF_AND64_K, Kind, 0, 0, 0xffff),
            new(BPF_LDX_MEM_W, Major, Context, MajorOffset, 0),
            new(BPF_LDX_MEM_W, Minor, Context, MinorOffset, 0),
        };
        for (int i = rules.Length - 1; i >= 0; i--)
        {
            if (rules[i].IsTotal)
            {
                // The verifier refuses unreachable code, so the earlier rules are left out.
                Return(program, rules[i].Allow);
                return [.. program];
            }
            Add(program, rules[i]);
        }
        Return(program, false);
        return [.. program];
    }

    private static bool AllowsEverything(DeviceRule[] rules)
    {
        for (int i = rules.Length - 1; i >= 0 && rules[i].Allow; i--)
        {
            if (rules[i].IsTotal) return true;
        }
        return false;
    }

    private static void Add(List<BpfInstruction> program, DeviceRule rule)
    {
        var skips = new List<int>();
        if (rule.Kind != DeviceKind.All) Skip(program, skips, BPF_JNE32_K, Kind, (int)rule.Kind);
        if (rule.Major is { } major) Skip(program, skips, BPF_JNE32_K, Major, unchecked((int)major));
        if (rule.Minor is { } minor) Skip(program, skips, BPF_JNE32_K, Minor, unchecked((int)minor));
        if (rule.Access != DeviceAccess.All && rule.Allow)
        {
            program.Add(new(BPF_AND64_K, Access, 0, 0, (int)(DeviceAccess.All & ~rule.Access)));
            Skip(program, skips, BPF_JNE32_K, Access, 0);
        }
        else if (rule.Access != DeviceAccess.All)
        {
            program.Add(new(BPF_MOV64_X, Answer, Access, 0, 0));
            program.Add(new(BPF_AND64_K, Answer, 0, 0, (int)rule.Access));
            Skip(program, skips, BPF_JEQ32_K, Answer, 0);
        }
        Return(program, rule.Allow);
        // Jumps count from the next instruction.
        foreach (int at in skips) program[at] = program[at] with { Offset = (short)(program.Count - at - 1) };
    }

    private static void Skip(List<BpfInstruction> program, List<int> skips, byte jump, byte register, int value)
    {
        skips.Add(program.Count);
        program.Add(new(jump, register, 0, 0, value));
    }

    private static void Return(List<BpfInstruction> program, bool allow)
    {
        program.Add(new(BPF_MOV64_K, Answer, 0, 0, allow ? 1 : 0));
        program.Add(new(BPF_EXIT, 0, 0, 0, 0));
    }
}
