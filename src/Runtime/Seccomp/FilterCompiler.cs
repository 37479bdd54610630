// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Seccomp;

/// <summary>
/// Compiles a profile into a program of the kernel's BPF machine: by architecture, then by number, then by arguments.
/// Pure. In the tests libseccomp is its oracle; docs/decisions/0013 has the reasons for not using it here.
/// </summary>
internal static class FilterCompiler
{
    // The fields of struct seccomp_data (linux/seccomp.h).
    private const uint NumberField = 0, ArchitectureField = 4;

    /// <summary>SECCOMP_RET_ERRNO with ENOSYS.</summary>
    private const uint Unknown = SeccompAction.RetErrno | 38;

    // libseccomp's action for calls of an architecture that the profile does not list.
    private const uint ForeignCall = SeccompAction.RetKillThread;

    /// <summary>Null if the profile has more conditions than a filter can have.</summary>
    /// <param name="conflicts">Receives the entries of rules that give the same calls different actions.</param>
    internal static ulong[]? Compile(FilterProfile profile, List<(int Entry, int Other)> conflicts)
    {
        var code = new FilterCode();
        var verdicts = new Verdicts(conflicts);
        int label = code.Return(ForeignCall);
        // Written from the end: the last one written is tested first.
        for (int i = profile.Architectures.Length - 1; i >= 0; i--)
        {
            Architecture architecture = profile.Architectures[i];
            if (architecture.IsX32) continue;
            int section = WriteSection(code, verdicts, profile, architecture);
            label = code.Jump(FilterCode.JumpEqual, architecture.Audit, section, label);
        }
        code.Load(ArchitectureField);
        return verdicts.IsTooLarge ? null : code.ToProgram();
    }

    private static int WriteSection(FilterCode code, Verdicts verdicts, FilterProfile profile, Architecture architecture)
    {
        if (architecture.Audit != Architecture.X86_64)
        {
            WriteSearch(code, verdicts, profile, architecture);
            return code.Load(NumberField);
        }
        int x32 = WriteX32(code, verdicts, profile);
        int own = WriteSearch(code, verdicts, profile, architecture);
        code.Jump(FilterCode.JumpGreaterOrEqual, Architecture.X32Bit, x32, own);
        return code.Load(NumberField);
    }

    private static int WriteX32(FilterCode code, Verdicts verdicts, FilterProfile profile)
    {
        foreach (Architecture architecture in profile.Architectures)
            if (architecture.IsX32)
                return WriteSearch(code, verdicts, profile, architecture);
        // A tracer skips a call by setting its number to -1 (seccomp(2)), which is not an x32 call.
        return code.Jump(FilterCode.JumpEqual, uint.MaxValue, code.Return(profile.Default), code.Return(ForeignCall));
    }

    private static int WriteSearch(FilterCode code, Verdicts verdicts, FilterProfile profile, Architecture architecture)
    {
        verdicts.Fill(profile, architecture);
        bool cut = profile.NewerCallsAreUnknown && verdicts.Largest > 0;
        // There, a call that the kernel does not know has number 0, which is setup(2), removed decades ago.
        if (cut && architecture.Audit is Architecture.S390 or Architecture.S390X) verdicts.Set(0, Unknown);
        var tree = new DecisionTree(code, verdicts, profile.Default, architecture.Wide);
        tree.Add(0, 0);
        int last = cut ? verdicts.Largest : SyscallTable.Span - 1;
        for (int number = 0; number <= last; number++) tree.Add(SyscallTable.Absolute(number, architecture.NumberOffset), verdicts[number]);
        if (cut) tree.Add(SyscallTable.Absolute(last, architecture.NumberOffset) + 1, verdicts.Place(Unknown));
        return tree.Write();
    }
}
