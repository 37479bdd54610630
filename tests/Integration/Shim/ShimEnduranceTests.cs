// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Runcs.Oracle.Task;

namespace Runcs.Integration;

/// <summary>Many operations, one after the other and at once, and what a shim holds after them. SHIM_ROUNDS makes it longer.</summary>
public sealed class ShimEnduranceTests : IDisposable
{
    // The limit of a service without a setting of its own, and a hard limit that is not in the way.
    private readonly ShimUnderTest _shim = new() { Prefix = ["prlimit", "--nofile=1024:16384"] };

    [Fact]
    public void A_shim_holds_no_more_after_many_operations_than_after_ten() =>
        ShimLoad.AssertHoldsNoMore(_shim, int.TryParse(Environment.GetEnvironmentVariable("SHIM_ROUNDS"), CultureInfo.InvariantCulture, out int rounds) ? rounds : 200);

    [Fact]
    public void A_thousand_processes_one_after_another_each_report_their_end()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        const int Count = 1000;
        for (int i = 0; i < Count; i++) Assert.Equal(i % 100, task.RunExec($"e{i}", $"exit {i % 100}"));
        task.End();
        _shim.Events.Expect(task.Id, ["create", "start", .. Enumerable.Range(0, Count).SelectMany(i => (string[])[$"exec-added e{i}", $"exec-started e{i}", $"exit e{i} {i % 100}"]), "exit 137", "delete 137"]);
    }

    [Fact]
    public void A_hundred_processes_at_once_each_report_their_end()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        const int Count = 100;
        int[] codes = AtOnce.Run(Count, i =>
        {
            using var output = new FifoReader(task.Path($"out{i}"));
            task.Exec($"e{i}", $"echo {i}; exit {i}", request => request.Stdout = output.Path);
            task.Start($"e{i}");
            int code = task.Wait($"e{i}");
            task.Delete($"e{i}");
            Assert.Equal($"{i}\n", output.ToEnd());
            return code;
        });
        Assert.Equal(Enumerable.Range(0, Count), codes);
        for (int i = 0; i < Count; i++) Assert.Equal([$"exec-added e{i}", $"exec-started e{i}", $"exit e{i} {i}"], _shim.Events.UpTo(task.Id, $"exit e{i} {i}").Where(words => words.Split(' ').Contains($"e{i}")));
        task.End();
    }

    [Fact]
    public void A_hundred_containers_live_in_one_shim()
    {
        const int Count = 100;
        ShimTask[] tasks = [.. Enumerable.Range(0, Count).Select(_ => _shim.Add("read line; echo \"$line\"; exec sleep 1000"))];
        FifoReader[] outputs = [.. tasks.Select(task => task.Read("stdout"))];
        string[] inputs = [.. tasks.Select(task => task.MakeFifo("stdin"))];
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => tasks[i].Up(request => (request.Stdin, request.Stdout, request.Stderr) = (inputs[i], outputs[i].Path, outputs[i].Path)));
        int pid = _shim.Pid;
        Assert.True(ShimLoad.Held.By(pid).Descriptors > 1024);
        for (int i = 0; i < Count; i++)
        {
            using var writer = new FileStream(inputs[i], FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
            writer.Write(System.Text.Encoding.UTF8.GetBytes($"line {i}\n"));
        }
        for (int i = 0; i < Count; i++) outputs[i].WaitFor($"line {i}\n");
        Assert.Equal(0, tasks[^1].RunExec("e", "true"));
        foreach (ShimTask task in tasks) task.Kill();
        foreach (ShimTask task in tasks) Assert.Equal(137, task.Wait());
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => tasks[i].Delete());
        foreach (ShimTask task in tasks[..^1]) _shim.Events.Expect(task.Id, "create", "start", "exit 137", "delete 137");
        Assert.True(ShimLoad.Held.By(pid).Descriptors < 30);
    }

    [Fact]
    public void Clients_that_wait_and_go_away_are_forgotten()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        int pid = _shim.Pid;
        WaitAndLeave(task, 100);
        ShimLoad.Held before = ShimLoad.Held.By(pid), after = before;
        WaitAndLeave(task, 2000);
        Eventually.True(() => (after = ShimLoad.Held.By(pid)).Memory <= before.Memory + 1024, () => $"{before}, after it {after}");
        task.End();
    }

    [Fact]
    public void The_limit_of_descriptors_of_a_container_is_its_callers()
    {
        ShimTask task = _shim.Add("ulimit -n > /limit; ulimit -Hn >> /limit; exec sleep 1000");
        ((System.Text.Json.Nodes.JsonObject)task.Bundle.Process).Remove("rlimits");
        task.Up();
        string file = $"{task.Bundle.Rootfs}/limit";
        Eventually.True(() => File.Exists(file) && File.ReadAllText(file) == "1024\n16384\n", () => File.ReadAllText(file));
        Assert.Equal(0, task.RunExec("e", "test $(ulimit -n) = 1024"));
        Assert.Contains("16384                16384", File.ReadAllText($"/proc/{_shim.Pid}/limits"), StringComparison.Ordinal);
    }

    public void Dispose() => _shim.Dispose();

    private void WaitAndLeave(ShimTask task, int count)
    {
        for (int i = 0; i < count; i++)
        {
            using TtrpcClient client = _shim.AnotherClient();
            _ = client.Begin<WaitResponse>("Wait", new WaitRequest { Id = task.Id });
            client.Call<ConnectResponse>("Connect", new ConnectRequest { Id = task.Id });
        }
    }
}
