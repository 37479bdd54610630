// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Runcs.Oracle.Task;

namespace Runcs.Integration;

/// <summary>What a shim has of the machine, and work that must not add to it.</summary>
internal static class ShimLoad
{
    /// <summary>Descriptors, anonymous memory in KiB, and children that nobody has waited for.</summary>
    internal sealed record Held(int Descriptors, int Memory, int Children)
    {
        public static Held By(int pid) => new(
            Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length,
            int.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture),
            File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    /// <summary>Each kind of operation once: a container that comes and goes, an exec with streams, queries, errors.</summary>
    public static void Round(ShimUnderTest shim, ShimTask task, string name)
    {
        using var output = new FifoReader(task.Path(name));
        task.Exec(name, "echo hello", request => request.Stdout = output.Path);
        task.Start(name);
        Assert.Equal(0, task.Wait(name));
        task.Delete(name);
        Assert.Equal("hello\n", output.ToEnd());
        File.Delete(output.Path);
        task.State();
        shim.Client.Call<StatsResponse>("Stats", new StatsRequest { Id = task.Id });
        shim.Client.Call<PidsResponse>("Pids", new PidsRequest { Id = task.Id });
        Assert.Throws<TtrpcError>(() => task.Create());
        Assert.Throws<TtrpcError>(() => task.State("nobody"));
        using TtrpcClient client = shim.AnotherClient();
        client.Call<ConnectResponse>("Connect", new ConnectRequest { Id = task.Id });
    }

    /// <summary>Fails the test if after that many rounds more is held than after ten.</summary>
    public static void AssertHoldsNoMore(ShimUnderTest shim, int rounds)
    {
        ShimTask task = shim.Add("exec sleep 100000").Up(), brief = shim.Bundle("true");
        int pid = shim.Pid;
        Held before = null!;
        for (int i = 0; i < rounds; i++)
        {
            Round(shim, task, $"e{i}");
            if (i % 10 == 0)
            {
                brief.Up();
                brief.Wait();
                brief.Delete();
                shim.Client.Call<Empty>("Pause", new PauseRequest { Id = task.Id });
                shim.Client.Call<Empty>("Resume", new ResumeRequest { Id = task.Id });
            }
            if (i == 10) before = Settled(pid, _ => true);
        }
        // The size of a heap varies by some pages.
        Held after = Settled(pid, held => held.Descriptors <= before.Descriptors && held.Memory <= before.Memory + 256 && held.Children <= before.Children);
        Assert.True(after.Descriptors <= before.Descriptors && after.Memory <= before.Memory + 256 && after.Children <= before.Children, $"{before}, after {rounds} rounds {after}");
        Assert.Equal(["address", "config.json", "init.pid", "log", "options.json"], Directory.GetFiles(task.Bundle.Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    // A shim that has rested.
    private static Held Settled(int pid, Func<Held, bool> isEnough)
    {
        Held held = Held.By(pid);
        for (int i = 0; i < 10 && (i < 3 || !isEnough(held)); i++)
        {
            Thread.Sleep(500);
            held = Held.By(pid);
        }
        return held;
    }
}
