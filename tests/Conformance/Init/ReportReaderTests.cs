// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Runcs.Init.Protocol;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.OciSpec;

namespace Runcs.Conformance.Init;

/// <summary>In a joined pid namespace other processes may write to the report channel: any bytes, in any pieces.</summary>
public class ReportReaderTests
{
    [Fact]
    public void Messages_arrive_however_they_are_split()
    {
        byte[] bytes = [.. InitMessage.Header(InitMessage.Mounted, 1), .. ErrorReport.Write(new RuncsException("größer")), .. InitMessage.Header(7, Errno.EPERM)];
        for (int size = 1; size <= bytes.Length; size++)
            Assert.Equal(["65537 1", "größer", "7 1"], Read(bytes, _ => size));
    }

    [Fact]
    public void Of_any_bytes_a_message_an_error_or_nothing_is_read()
    {
        var random = new Random(20260730);
        int read = 0, refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            // Mostly close to what is valid, or nothing but the first check would be tried.
            for (int at = 0; at + 8 <= bytes.Length && random.Next(4) != 0; at += 8)
                MemoryMarshal.Write(bytes.AsSpan(at), (uint)(random.Next(2) == 0 ? InitMessage.FirstKind + random.Next(8) : random.Next(1100)));
            if (bytes.Length > 8 && random.Next(2) == 0) MemoryMarshal.Write(bytes.AsSpan(4), (uint)random.Next(5000));
            try
            {
                read += Read(bytes, left => random.Next(1, left + 1)).Count;
            }
            catch (RuncsException e)
            {
                Assert.Equal("unable to start container process: unexpected message on the report channel", e.Message);
                refused++;
            }
        }
        Assert.InRange(read, 1000, int.MaxValue);
        Assert.InRange(refused, 100, int.MaxValue);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Every_step_and_errno_has_a_message(int hooks)
    {
        Hook[] startContainer = [.. Enumerable.Range(0, hooks).Select(_ => new Hook { Path = "/hook" })];
        uint[] steps = [.. Enumerable.Range(0, 70_000).Select(step => (uint)step), int.MaxValue, 0x8000_0000, 0x8000_03e8, uint.MaxValue];
        foreach (uint step in steps)
            foreach (int errno in (int[])[int.MinValue, -1, 0, Errno.ENOENT, Errno.ECHILD, Errno.ETIMEDOUT, 4096, int.MaxValue])
                Assert.NotEmpty(StageFailure.Describe(new StageReport(step, new Errno(errno)), "sh", "/", startContainer));
        Assert.Equal($"{StageFailure.Prefix}exec stage, step {uint.MaxValue}: errno -1 (errno -1)", StageFailure.Describe(new StageReport(uint.MaxValue, new Errno(-1)), "sh", "/", startContainer));
    }

    private static List<string> Read(byte[] bytes, Func<int, int> piece)
    {
        var reader = new ReportReader();
        var messages = new List<string>();
        for (int at = 0; at < bytes.Length;)
        {
            int count = Math.Min(piece(bytes.Length - at), bytes.Length - at);
            bytes.AsSpan(at, count).CopyTo(reader.Room);
            reader.Add(count);
            at += count;
            while (reader.TryTake(out uint kind, out uint value, out RuncsException? error))
                messages.Add(error?.Message ?? $"{kind} {value}");
        }
        return messages;
    }
}
