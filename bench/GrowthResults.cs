// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Runcs.Bench;

/// <summary>Times of <c>run</c> with more and more of something on the host.</summary>
/// <param name="noun">What there is more of: "containers alive".</param>
internal sealed class GrowthResults(string noun, IReadOnlyList<Contender> contenders)
{
    private readonly SortedDictionary<int, Dictionary<Contender, List<double>>> _times = [];

    public string Noun => noun;

    public IEnumerable<int> Levels => _times.Keys;

    public void Add(int level, Contender contender, double time)
    {
        if (!_times.TryGetValue(level, out Dictionary<Contender, List<double>>? times))
            _times[level] = times = contenders.ToDictionary(one => one, _ => new List<double>());
        times[contender].Add(time);
    }

    public double? Median(int level, Contender contender) => _times[level][contender] is { Count: > 0 } times ? times.Median() : null;

    /// <summary>The median as a multiple of that with none.</summary>
    public double? Ratio(int level, Contender contender) => Median(level, contender) / Median(0, contender);

    /// <summary>A Markdown table of all.</summary>
    public static string Table(IReadOnlyList<Contender> contenders, IReadOnlyList<GrowthResults> all)
    {
        Contender[] peers = [.. contenders.Skip(1)];
        StringBuilder table = new();
        table.Append("| |").AppendJoin('|', contenders.Select(contender => $" {contender.Name} ")).AppendJoin("", peers.Select(peer => $"| {contenders[0].Name} / {peer.Name} ")).Append("|\n");
        table.Append("|---|").Append(string.Concat(Enumerable.Repeat("---:|", contenders.Count + peers.Length))).Append('\n');
        foreach (GrowthResults one in all)
        {
            foreach ((int level, Dictionary<Contender, List<double>> times) in one._times)
            {
                table.Append($"| {level} {one.Noun} ");
                foreach (Contender contender in contenders)
                    table.Append(one.Median(level, contender) is { } median ? $"| {median:0.00} ({one.Ratio(level, contender):0.00}) " : "| – ");
                foreach (Contender peer in peers)
                    table.Append($"| {Compared(times[contenders[0]], times[peer])} ");
                table.Append("|\n");
            }
        }
        return table.ToString();
    }

    private static string Compared(List<double> ours, List<double> theirs) =>
        ours.Count > 0 && theirs.Count > 0 ? ours.Zip(theirs, (a, b) => a / b).Median().ToString("0.00") : "–";
}
