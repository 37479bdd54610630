// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Runcs.Bench;

/// <summary>All measurements, and their table.</summary>
internal sealed class Results(IReadOnlyList<Contender> contenders)
{
    private readonly List<(string Case, Unit Unit)> _cases = [];
    private readonly Dictionary<(string Case, string Contender), List<double>> _values = [];

    public void Add(Unit unit, string contender, IEnumerable<(string Case, double Value)> values)
    {
        foreach ((string name, double value) in values)
        {
            if (!_cases.Contains((name, unit)))
                _cases.Add((name, unit));
            if (!_values.TryGetValue((name, contender), out List<double>? list))
                _values[(name, contender)] = list = [];
            list.Add(value);
        }
    }

    public IEnumerable<string> CasesIn(Unit unit) => _cases.Where(one => one.Unit == unit).Select(one => one.Case);

    /// <summary>The median; null if the contender has none.</summary>
    public double? Median(string name, Contender contender) => _values.TryGetValue((name, contender.Name), out List<double>? values) ? values.Median() : null;

    /// <summary>A Markdown table that compares the first contender with the others.</summary>
    public string Table()
    {
        Contender subject = contenders[0];
        Contender[] peers = [.. contenders.Skip(1)];
        StringBuilder table = new();
        table.Append("| |").AppendJoin('|', contenders.Select(contender => $" {contender.Name} ")).AppendJoin("", peers.Select(peer => $"| {subject.Name} / {peer.Name} ")).Append("|\n");
        table.Append("|---|").Append(string.Concat(Enumerable.Repeat("---:|", contenders.Count + peers.Length))).Append('\n');
        foreach ((string name, Unit unit) in _cases)
        {
            table.Append($"| {name}{(unit == Unit.KiB ? ", KiB" : "")} ");
            foreach (Contender contender in contenders)
                table.Append($"| {Cell(name, unit, contender)} ");
            foreach (Contender peer in peers)
                table.Append($"| {Ratio(name, subject, peer)} ");
            table.Append("|\n");
        }
        return table.ToString();
    }

    private string Cell(string name, Unit unit, Contender contender)
    {
        if (!_values.TryGetValue((name, contender.Name), out List<double>? values))
            return "–";
        string format = unit == Unit.KiB ? "0" : "0.00";
        string median = values.Median().ToString(format);
        return values.Count > 1 && unit != Unit.KiB ? $"{median} ({values.Min().ToString(format)})" : median;
    }

    // The median of the rounds' ratios: a disturbance in a round affects both sides.
    private string Ratio(string name, Contender subject, Contender peer) =>
        _values.TryGetValue((name, subject.Name), out List<double>? ours) && _values.TryGetValue((name, peer.Name), out List<double>? theirs)
            ? ours.Zip(theirs, (a, b) => a / b).Median().ToString("0.00")
            : "–";
}
