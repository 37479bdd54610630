// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Seccomp;

/// <summary>
/// Maps the number in the accumulator to the verdict: a binary search over regions of numbers. A region is a range with
/// one verdict, minus at most two single numbers with other verdicts, each selected by one comparison. So the program is
/// shorter than with ranges alone, and no path is longer than the search and two steps.
/// </summary>
internal sealed class DecisionTree(FilterCode code, Verdicts verdicts, uint otherwise, bool wide)
{
    private const int MostSingles = 2;

    private readonly List<(uint Start, int Verdict)> _ranges = [];
    private readonly List<(int First, int Singles)> _regions = [];
    private readonly List<Clause> _clauses = [];

    /// <summary>Numbers from this one have this verdict, up to the next call of Add; numbers must ascend.</summary>
    internal void Add(uint start, int verdict)
    {
        if (_ranges.Count == 0 || _ranges[^1].Verdict != verdict) _ranges.Add((start, verdict));
    }

    /// <summary>Writes the search and returns its first label.</summary>
    internal int Write()
    {
        for (int first = 0; first < _ranges.Count;)
        {
            int singles = 0;
            while (singles < MostSingles && IsSingle(first + 2 * singles + 1) && _ranges[first + 2 * singles + 2].Verdict == _ranges[first].Verdict) singles++;
            _regions.Add((first, singles));
            first += 2 * singles + 1;
        }
        return Search(0, _regions.Count - 1);
    }

    private bool IsSingle(int range) => range + 1 < _ranges.Count && _ranges[range + 1].Start == _ranges[range].Start + 1;

    private int Search(int first, int last)
    {
        if (first == last) return Region(_regions[first]);
        int middle = (first + last + 1) / 2;
        int above = Search(middle, last);
        int below = Search(first, middle - 1);
        return code.Jump(FilterCode.JumpGreaterOrEqual, _ranges[_regions[middle].First].Start, above, below);
    }

    private int Region((int First, int Singles) region)
    {
        int label = Verdict(_ranges[region.First].Verdict);
        for (int i = region.Singles - 1; i >= 0; i--)
        {
            (uint number, int verdict) = _ranges[region.First + 2 * i + 1];
            label = code.Jump(FilterCode.JumpEqual, number, Verdict(verdict), label);
        }
        return label;
    }

    private int Verdict(int verdict) => verdicts.TryGetClauses(verdict, _clauses)
        ? new ClauseCode(code, wide).Write(_clauses, code.Return(otherwise))
        : code.Return(verdicts.Value(verdict, otherwise));
}
