// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Google.Protobuf;
using Runcs.Oracle.Task;
using Runcs.Oracle.Ttrpc;

namespace Runcs.Integration;

/// <summary>Random frames and messages for a shim with a container: none ends it or the container, or stays in memory. SHIM_FUZZ is the time in seconds.</summary>
public sealed class ShimFuzzTests : IDisposable
{
    private static readonly string[] _methods =
    [
        "Create", "Start", "Exec", "Delete", "Kill", "Pause", "Resume", "Update", "ResizePty", "CloseIO", "State", "Wait", "Pids", "Stats", "Connect", "Checkpoint", "Shutdown", "Other",
    ];

    // Requests that are damaged may name any place of the machine.
    private const string OwnMounts = "for d in \"$0\" /run; do mount --bind $d $d; done; mount -o remount,bind,ro /; mount -o remount,bind,ro /dev; cd \"$PWD\"; exec \"$@\"";

    private readonly ShimUnderTest _shim = new();

    public ShimFuzzTests() => _shim.Prefix = ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-euc", OwnMounts, _shim.Path("")];

    [Fact]
    public void No_input_ends_the_shim_or_its_container()
    {
        double seconds = double.TryParse(Environment.GetEnvironmentVariable("SHIM_FUZZ"), CultureInfo.InvariantCulture, out double given) ? given : 12;
        int seed = seconds > 60 ? Random.Shared.Next() : 1;
        ShimTask task = _shim.Add("exec sleep 1000000").Up();
        int shim = _shim.Pid, init = (int)task.State().Pid;
        Fuzz(task, new Random(seed), 1.5);
        Thread.Sleep(2500);
        ShimLoad.Held before = ShimLoad.Held.By(shim), after = before;
        Fuzz(task, new Random(seed + 1), seconds);
        Assert.Equal((shim, init), (_shim.Pid, (int)task.State().Pid));
        Eventually.True(() => (after = ShimLoad.Held.By(shim)) is { } held && held.Descriptors <= before.Descriptors && held.Children <= before.Children && held.Memory <= before.Memory + 512,
            () => $"seed {seed}: {before}, after it {after}", Patience.Seconds(20));
        if (task.State().Status != Oracle.Task.Status.Running) _shim.Client.Call<Google.Protobuf.WellKnownTypes.Empty>("Resume", new ResumeRequest { Id = task.Id });
        Assert.Equal(0, task.RunExec("after", "true"));
        task.End();
    }

    public void Dispose() => _shim.Dispose();

    private void Fuzz(ShimTask task, Random random, double seconds)
    {
        DateTime end = DateTime.UtcNow.AddSeconds(seconds);
        while (DateTime.UtcNow < end)
        {
            using TtrpcClient client = _shim.AnotherClient(random.Next(2) == 0 ? TtrpcClient.Version2 : TtrpcClient.Version3);
            uint stream = 1;
            try
            {
                for (int i = random.Next(30); i >= 0 && !client.HasEnded; i--)
                {
                    client.Send(Next(random, task, ref stream));
                    if (random.Next(10) == 0) Thread.Sleep(1);
                }
            }
            catch (IOException)
            {
                // It has closed the connection, as it may.
            }
            // Others are served meanwhile.
            if (random.Next(5) == 0) Assert.Contains(task.State().Status, (Oracle.Task.Status[])[Oracle.Task.Status.Running, Oracle.Task.Status.Pausing, Oracle.Task.Status.Paused]);
        }
    }

    private static byte[] Next(Random random, ShimTask task, ref uint stream)
    {
        byte[] bytes = new byte[random.Next(100)];
        random.NextBytes(bytes);
        switch (random.Next(8))
        {
            case 0: return bytes;
            case 1: return new TtrpcFrame((uint)random.Next(), (byte)random.Next(5), (byte)random.Next(256), bytes).ToBytes();
            case 2: return new TtrpcFrame(stream, TtrpcFrame.Request, 1, bytes).ToBytes((uint)random.Next(200));
            case 3 when random.Next(20) == 0: return new TtrpcFrame(stream, TtrpcFrame.Request, 1, bytes).ToBytes(uint.MaxValue - (uint)random.Next(1000));
        }
        string method = _methods[random.Next(_methods.Length)];
        byte[] payload = method == "Kill" ? new KillRequest { Id = task.Id, Signal = (uint)random.Next(2) * 77, All = random.Next(2) == 0 }.ToByteArray() : Payload(random, task);
        byte[] request = new Request { Service = random.Next(20) == 0 ? "x" : TtrpcClient.Version2, Method = method, Payload = ByteString.CopyFrom(payload), TimeoutNano = random.Next() }.ToByteArray();
        if (method != "Kill" && random.Next(4) == 0) Damage(random, request);
        stream += 2;
        return new TtrpcFrame(stream - 2, TtrpcFrame.Request, 1, request).ToBytes();
    }

    // Fields that several requests have: ids, paths, numbers.
    private static byte[] Payload(Random random, ShimTask task)
    {
        string[] texts = ["", "a", "../x", "/dev/null", "file:///dev/full", "binary:///bin/false", "binary:///no", "fifo://%zz", "%s", new string('y', 300), "é\0"];
        string Text() => texts[random.Next(texts.Length)];
        IMessage message = random.Next(6) switch
        {
            0 => new CreateTaskRequest { Id = Text(), Bundle = random.Next(2) == 0 ? task.Bundle.Directory : Text(), Stdin = Text(), Stdout = Text(), Stderr = Text(), Terminal = random.Next(2) == 0, Options = new() { TypeUrl = random.Next(2) == 0 ? "containerd.runc.v1.Options" : Text(), Value = ByteString.CopyFrom((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)) }, Rootfs = { new Mount { Type = Text(), Source = Text(), Target = Text(), Options = { Text() } } } },
            1 => new ExecProcessRequest { Id = random.Next(2) == 0 ? task.Id : Text(), ExecId = Text(), Stdin = Text(), Stdout = Text(), Stderr = Text(), Terminal = random.Next(2) == 0, Spec = new() { Value = ByteString.CopyFromUtf8(random.Next(2) == 0 ? "{\"args\":[\"true\"],\"cwd\":\"/\"}" : Text()) } },
            2 => new StartRequest { Id = task.Id, ExecId = Text() },
            3 => new DeleteRequest { Id = task.Id, ExecId = Text() },
            4 => new UpdateTaskRequest { Id = Text(), Resources = new() { Value = ByteString.CopyFromUtf8("{\"pids\":{\"limit\":-1}}") } },
            _ => new ResizePtyRequest { Id = Text(), ExecId = Text(), Width = (uint)random.Next(), Height = (uint)random.Next() },
        };
        byte[] bytes = message.ToByteArray();
        if (random.Next(4) == 0) Damage(random, bytes);
        return bytes;
    }

    private static void Damage(Random random, byte[] bytes)
    {
        for (int i = random.Next(4); i >= 0 && bytes.Length > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
    }
}
