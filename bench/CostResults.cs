// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Harness;

namespace Runcs.Bench;

/// <summary>The costs of the commands, and their table.</summary>
internal sealed class CostResults(IReadOnlyList<Contender> contenders)
{
    private readonly List<string> _cases = [];
    private readonly Dictionary<(string Case, string Contender), List<Costs>> _values = [];

    public IReadOnlyList<string> Cases => _cases;

    public void Add(string contender, IEnumerable<(string Case, Costs Value)> values)
    {
        foreach ((string name, Costs value) in values)
        {
            if (!_cases.Contains(name))
                _cases.Add(name);
            if (!_values.TryGetValue((name, contender), out List<Costs>? list))
                _values[(name, contender)] = list = [];
            list.Add(value);
        }
    }

    /// <summary>The median of the CPU time in milliseconds; null if the contender has none.</summary>
    public double? Cpu(string name, Contender contender) =>
        _values.TryGetValue((name, contender.Name), out List<Costs>? values) ? values.Select(costs => costs.Cpu.TotalMilliseconds).Median() : null;

    /// <summary>A Markdown table; empty if nothing was counted.</summary>
    public string Table()
    {
        if (_cases.Count == 0)
            return "";
        Contender subject = contenders[0];
        Contender[] peers = [.. contenders.Skip(1)];
        StringBuilder table = new();
        table.Append("| |").AppendJoin('|', contenders.Select(contender => $" {contender.Name} ")).AppendJoin("", peers.Select(peer => $"| CPU, {subject.Name} / {peer.Name} ")).Append("|\n");
        table.Append("|---|").Append(string.Concat(Enumerable.Repeat("---:|", contenders.Count + peers.Length))).Append('\n');
        foreach (string name in _cases)
        {
            table.Append($"| {name} ");
            foreach (Contender contender in contenders)
                table.Append($"| {Cell(name, contender)} ");
            foreach (Contender peer in peers)
                table.Append($"| {Ratio(name, subject, peer)} ");
            table.Append("|\n");
        }
        return table.ToString();
    }

    private string Cell(string name, Contender contender)
    {
        if (!_values.TryGetValue((name, contender.Name), out List<Costs>? values))
            return "–";
        double[] medians = [.. ((Func<Costs, double>[])[costs => costs.SystemCalls, costs => costs.PageFaults, costs => costs.Clones, costs => costs.ContextSwitches]).Select(count => values.Select(count).Median())];
        return $"{string.Join(" / ", medians.Select(median => $"{median:0}"))} / {Cpu(name, contender):0.00}";
    }

    private string Ratio(string name, Contender subject, Contender peer) =>
        _values.TryGetValue((name, subject.Name), out List<Costs>? ours) && _values.TryGetValue((name, peer.Name), out List<Costs>? theirs)
            ? ours.Zip(theirs, (a, b) => a.Cpu / b.Cpu).Median().ToString("0.00")
            : "–";
}
