// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Bench;

/// <summary>
/// <c>run</c> with more and more containers alive, and with more and more mounts on the host. Each level is measured twice, on the way up and on the
/// way down, so that a machine that becomes slower or faster meanwhile affects all levels.
/// </summary>
internal sealed class Growth(Workbench workbench, IReadOnlyList<Contender> contenders, Rounds rounds, bool quick)
{
    public IEnumerable<GrowthResults> All()
    {
        yield return Measure("containers alive", quick ? [0, 30] : [0, 100, 500, 1000], Containers);
        using MountsOfHost mounts = new(workbench.Scratch);
        yield return Measure("mounts on the host", quick ? [0, 1000] : [0, 1000, 5000], mounts.Become);
    }

    private GrowthResults Measure(string noun, int[] levels, Action<int> become)
    {
        GrowthResults results = new(noun, contenders);
        foreach (int level in (int[])[.. levels, .. levels.Reverse()])
        {
            become(level);
            rounds.Run(quick ? 3 : 25, warm: true, (Contender contender) => contender.Run(workbench, spawn => spawn.Time()), (contender, time) => results.Add(level, contender, time));
        }
        return results;
    }

    // The containers of all runtimes together: the kernel, which they share, is what grows.
    private void Containers(int count)
    {
        OciRuntime[] runtimes = [.. contenders.OfType<OciRuntime>()];
        for (int i = 0; i < runtimes.Length; i++)
        {
            int share = count / runtimes.Length + (i < count % runtimes.Length ? 1 : 0);
            Rounds.Guarded(runtimes[i], () => runtimes[i].Become(share, workbench.Sleep));
        }
    }
}
