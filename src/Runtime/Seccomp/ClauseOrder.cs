// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Seccomp;

/// <summary>
/// The order in which several conditional rules for one call are tried, if their actions differ: libseccomp's order (the
/// tree in db.c of libseccomp 2.5). Conditions on later arguments go first, then comparisons with one value before those
/// with ranges, then the narrower range. If one rule's conditions are a prefix of another's, the shorter goes first.
/// </summary>
internal static class ClauseOrder
{
    // There are few, mostly in order: insertion sort is stable.
    internal static void Sort(List<Clause> clauses, bool wide)
    {
        for (int i = 1; i < clauses.Count; i++)
        {
            Clause moved = clauses[i];
            int place = i;
            for (; place > 0 && Compare(clauses[place - 1].Conditions, moved.Conditions, wide) > 0; place--) clauses[place] = clauses[place - 1];
            clauses[place] = moved;
        }
    }

    private static int Compare(Condition[] a, Condition[] b, bool wide)
    {
        for (int i = 0; i < a.Length && i < b.Length; i++)
        {
            bool aHigh = wide && HasHigh(a[i]), bHigh = wide && HasHigh(b[i]);
            int order = (b[i].Argument * 2 + (bHigh ? 1 : 0)).CompareTo(a[i].Argument * 2 + (aHigh ? 1 : 0));
            if (order == 0) order = Class(b[i].Comparison).CompareTo(Class(a[i].Comparison));
            if (order != 0) return order;
            if (aHigh)
            {
                order = CompareHalf(a[i], b[i], 32);
                if (order != 0 || !IsSame(a[i], b[i], 32)) return order;
            }
            order = CompareHalf(a[i], b[i], 0);
            if (order != 0 || !IsSame(a[i], b[i], 0)) return order;
        }
        return a.Length.CompareTo(b.Length);
    }

    private static bool HasHigh(Condition condition) => condition.Mask >> 32 != 0;

    private static int CompareHalf(Condition a, Condition b, int shift)
    {
        uint x = (uint)(a.Value >> shift), y = (uint)(b.Value >> shift);
        return a.Comparison is Comparison.Less or Comparison.LessOrEqual ? x.CompareTo(y) : y.CompareTo(x);
    }

    private static bool IsSame(Condition a, Condition b, int shift) =>
        Normal(a.Comparison) == Normal(b.Comparison) && (uint)(a.Mask >> shift) == (uint)(b.Mask >> shift);

    // A comparison and its negation are one test with two outcomes.
    private static Comparison Normal(Comparison comparison) => comparison switch
    {
        Comparison.NotEqual => Comparison.Equal,
        Comparison.Less => Comparison.GreaterOrEqual,
        Comparison.LessOrEqual => Comparison.Greater,
        _ => comparison,
    };

    private static int Class(Comparison comparison) => comparison switch
    {
        Comparison.Equal or Comparison.NotEqual or Comparison.MaskedEqual => 3,
        Comparison.Less or Comparison.LessOrEqual => 2,
        _ => 1,
    };
}
