// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Seccomp;

/// <summary>
/// The comparisons of arguments. Each argument has 64 bits in <c>struct seccomp_data</c> (linux/seccomp.h) and is
/// compared in two halves, in the byte order of this machine: the lower half comes first in memory.
/// </summary>
internal readonly struct ClauseCode(FilterCode code, bool wide)
{
    private const uint Arguments = 16, ArgumentSize = 8, HalfSize = 4;

    /// <summary>The first clause that matches decides; if none does, the label <paramref name="otherwise"/>.</summary>
    internal int Write(List<Clause> clauses, int otherwise)
    {
        int label = otherwise;
        for (int last = clauses.Count - 1; last >= 0;)
        {
            int first = last;
            while (first > 0 && Joins(clauses[first - 1], clauses[last])) first--;
            int match = code.Return(clauses[last].Return);
            label = first < last ? WriteAnyOf(clauses, first, last, match, label) : WriteAll(clauses[last].Conditions, match, label);
            last = first - 1;
        }
        return label;
    }

    private int WriteAll(Condition[] conditions, int match, int fail)
    {
        for (int i = conditions.Length - 1; i >= 0; i--) match = Write(conditions[i], match, fail);
        return match;
    }

    // Clauses that compare the same argument with one value each and share the upper half, which is loaded once.
    private static bool Joins(Clause a, Clause b) =>
        a.Return == b.Return && a.Conditions.Length == 1 && b.Conditions.Length == 1
        && a.Conditions[0].Comparison == Comparison.Equal && b.Conditions[0].Comparison == Comparison.Equal
        && a.Conditions[0].Argument == b.Conditions[0].Argument && a.Conditions[0].Value >> 32 == b.Conditions[0].Value >> 32;

    private int WriteAnyOf(List<Clause> clauses, int first, int last, int match, int fail)
    {
        int label = fail;
        for (int i = last; i >= first; i--) label = code.Jump(FilterCode.JumpEqual, (uint)clauses[i].Conditions[0].Value, match, label);
        return WriteHighEqual(clauses[first].Conditions[0], code.Load(Low(clauses[first].Conditions[0])), fail);
    }

    private int Write(Condition condition, int match, int fail)
    {
        switch (condition.Comparison)
        {
            case Comparison.Equal:
                return WriteEqual(condition, match, fail);
            case Comparison.NotEqual:
                return WriteEqual(condition, fail, match);
            case Comparison.Greater:
                return WriteAbove(condition, FilterCode.JumpGreater, match, fail);
            case Comparison.GreaterOrEqual:
                return WriteAbove(condition, FilterCode.JumpGreaterOrEqual, match, fail);
            case Comparison.Less:
                return WriteAbove(condition, FilterCode.JumpGreaterOrEqual, fail, match);
            case Comparison.LessOrEqual:
                return WriteAbove(condition, FilterCode.JumpGreater, fail, match);
            default:
                return WriteMasked(condition, match, fail);
        }
    }

    private int WriteEqual(Condition condition, int match, int fail)
    {
        code.Jump(FilterCode.JumpEqual, (uint)condition.Value, match, fail);
        return WriteHighEqual(condition, code.Load(Low(condition)), fail);
    }

    private int WriteHighEqual(Condition condition, int low, int fail)
    {
        if (!wide) return low;
        code.Jump(FilterCode.JumpEqual, (uint)(condition.Value >> 32), low, fail);
        return code.Load(High(condition));
    }

    // The upper halves decide unless they are equal.
    private int WriteAbove(Condition condition, ushort jump, int match, int fail)
    {
        code.Jump(jump, (uint)condition.Value, match, fail);
        int low = code.Load(Low(condition));
        if (!wide) return low;
        var high = (uint)(condition.Value >> 32);
        int equal = code.Jump(FilterCode.JumpEqual, high, low, fail);
        code.Jump(FilterCode.JumpGreater, high, match, equal);
        return code.Load(High(condition));
    }

    private int WriteMasked(Condition condition, int match, int fail)
    {
        if ((uint)condition.Mask != 0) match = WriteMaskedHalf(Low(condition), (uint)condition.Mask, (uint)condition.Value, match, fail);
        if (wide && condition.Mask >> 32 != 0) match = WriteMaskedHalf(High(condition), (uint)(condition.Mask >> 32), (uint)(condition.Value >> 32), match, fail);
        return match;
    }

    private int WriteMaskedHalf(uint offset, uint mask, uint value, int match, int fail)
    {
        code.Jump(FilterCode.JumpEqual, value, match, fail);
        if (mask != uint.MaxValue) code.And(mask);
        return code.Load(offset);
    }

    private static uint Low(Condition condition) => Arguments + ArgumentSize * condition.Argument;

    private static uint High(Condition condition) => Low(condition) + HalfSize;
}
