// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;

namespace Runcs.Seccomp;

/// <summary>
/// The verdict for each system call of one architecture. With several rules for one call, libseccomp's precedence
/// applies: a rule without conditions precedes all others, and the first of those wins; otherwise see
/// <see cref="ClauseOrder"/>.
/// </summary>
/// <param name="conflicts">Receives the entries of rules that give the same calls different actions.</param>
internal sealed class Verdicts(List<(int Entry, int Other)> conflicts)
{
    // An index into _values plus one, or with this bit an index into _clauses.
    private const int Conditional = 0x8000;

    // Twice the kernel's limit of instructions: a larger profile is refused without sorting.
    private const int MostClauses = 8192;

    private readonly ushort[] _bySlot = new ushort[SyscallTable.Span];
    private readonly ushort[] _lastClause = new ushort[SyscallTable.Span];
    private readonly List<uint> _values = [];
    private readonly List<Clause> _clauses = [];
    private bool _wide;

    /// <summary>There were more rules with conditions than a filter can have.</summary>
    internal bool IsTooLarge { get; private set; }

    /// <summary>The largest number that the profile names, or 0.</summary>
    internal int Largest { get; private set; }

    /// <summary>Starts over with the next architecture.</summary>
    internal void Fill(FilterProfile profile, Architecture architecture)
    {
        Array.Clear(_bySlot);
        _clauses.Clear();
        Largest = 0;
        _wide = architecture.Wide;
        foreach ((int syscall, FilterRule rule) in profile.Rules)
        {
            int number = SyscallTable.Number(syscall, architecture.Column);
            if (number != SyscallTable.None) Largest = Math.Max(Largest, number);
            // A rule with the default action has no effect.
            if (rule.Return == profile.Default) continue;
            if (architecture.Multiplexed) AddMultiplexed(syscall, rule, architecture);
            if (number != SyscallTable.None) Add(number, rule);
        }
    }

    /// <summary>Equal for calls with the same verdict; 0 for calls without a rule.</summary>
    internal int this[int number] => _bySlot[number];

    /// <summary>Sets the verdict of a call, regardless of its arguments.</summary>
    internal void Set(int number, uint value) => _bySlot[number] = Place(value);

    /// <summary>The clauses of a verdict, in the order in which they are tried; false for a verdict without conditions.</summary>
    internal bool TryGetClauses(int verdict, List<Clause> clauses)
    {
        clauses.Clear();
        if ((verdict & Conditional) == 0) return false;
        for (int at = verdict & ~Conditional; at >= 0; at = _clauses[at].Next) clauses.Add(_clauses[at]);
        ClauseOrder.Sort(clauses, _wide);
        for (int i = clauses.Count - 1; i > 0; i--)
        {
            if (!clauses[i].Conditions.AsSpan().SequenceEqual(clauses[i - 1].Conditions)) continue;
            if (clauses[i].Return != clauses[i - 1].Return) conflicts.Add((clauses[i].Entry, clauses[i - 1].Entry));
            clauses.RemoveAt(i);
        }
        return true;
    }

    /// <summary>The value of a verdict without conditions.</summary>
    internal uint Value(int verdict, uint otherwise) => verdict == 0 ? otherwise : _values[verdict - 1];

    private void AddMultiplexed(int syscall, FilterRule rule, Architecture architecture)
    {
        ReadOnlySpan<byte> name = SyscallTable.Name(syscall);
        if (!Multiplexer.MayHave(name)) return;
        (string? call, uint operation) = Multiplexer.Of(Encoding.UTF8.GetString(name));
        if (call == null) return;
        int number = SyscallTable.Number(SyscallTable.Find(call), architecture.Column);
        var which = new Condition(0, Comparison.Equal, ulong.MaxValue, operation);
        if (!rule.Alternatives || rule.Conditions.Length == 0) AddClause(number, rule, WithFirst(which, rule.Conditions));
        // The multiplexer's operation replaces conditions on the first argument, so each condition is added separately.
        else foreach (Condition condition in rule.Conditions) AddClause(number, rule, WithFirst(which, [condition]));
    }

    private static Condition[] WithFirst(Condition first, Condition[] others)
    {
        var all = new List<Condition> { first };
        foreach (Condition condition in others)
            if (condition.Argument != first.Argument)
                all.Add(condition);
        return [.. all];
    }

    private void Add(int number, FilterRule rule)
    {
        if (rule.Conditions.Length == 0)
        {
            if (IsOpen(number)) Set(number, rule.Return);
        }
        else if (!rule.Alternatives) AddClause(number, rule, rule.Conditions);
        else foreach (Condition condition in rule.Conditions) AddClause(number, rule, [condition]);
    }

    private void AddClause(int number, FilterRule rule, Condition[] conditions)
    {
        if (!IsOpen(number)) return;
        conditions = Reduced(conditions);
        if (conditions.Length == 0)
        {
            Set(number, rule.Return);
            return;
        }
        int place = _clauses.Count;
        IsTooLarge |= place == MostClauses;
        if (IsTooLarge) return;
        _clauses.Add(new Clause(rule.Entry, rule.Return, conditions, -1));
        int last = _lastClause[number];
        if (_bySlot[number] == 0) _bySlot[number] = (ushort)(Conditional | place);
        else _clauses[last] = _clauses[last] with { Next = place };
        _lastClause[number] = (ushort)place;
    }

    // Not yet decided for all arguments.
    private bool IsOpen(int number) => _bySlot[number] == 0 || (_bySlot[number] & Conditional) != 0;

    // As the architecture sees it: a 32-bit argument has no upper half, and a mask of zero always matches.
    private Condition[] Reduced(Condition[] conditions)
    {
        var reduced = new List<Condition>(conditions.Length);
        foreach (Condition condition in conditions)
        {
            ulong mask = _wide ? condition.Mask : (uint)condition.Mask;
            if (condition.Comparison == Comparison.MaskedEqual && mask == 0) continue;
            reduced.Add(condition with { Mask = mask, Value = condition.Value & mask });
        }
        return [.. reduced];
    }

    /// <summary>The verdict for this value, regardless of the arguments.</summary>
    internal ushort Place(uint value)
    {
        int place = _values.IndexOf(value);
        if (place < 0)
        {
            place = _values.Count;
            _values.Add(value);
        }
        return (ushort)(place + 1);
    }
}
