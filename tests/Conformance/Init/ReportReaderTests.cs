// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Init.Protocol;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.OciSpec;
using Runcs.Values;

namespace Runcs.Conformance.Init;

/// <summary>In a joined pid namespace other processes may write to the report channel: any bytes, in any pieces.</summary>
public class ReportReaderTests
{
    [Fact]
    public void Messages_arrive_however_they_are_split()
    {
        byte[] bytes = [.. InitMessage.Header(InitMessage.Mounted, 1), .. ErrorReport.Write(new RuncsException("größer")), .. Hook(1 << 8, 3, "out", uint.MaxValue, "a\u001bb\n\u009b"), .. InitMessage.Header(7, Errno.EPERM)];
        for (int size = 1; size <= bytes.Length; size++)
            Assert.Equal(["65537 1", "größer", "32768 256", "7 1"], Read(bytes, _ => size));
    }

    [Theory]
    [InlineData(0, "", 0, "", "exit status 1, stdout: , stderr: ")]
    [InlineData(4, "out\n", 3, "größer", "exit status 1, stdout: out, stderr: gr\ufffd")]
    [InlineData(5, "a\u001bb\tc", 3, "\u009bd", "exit status 1, stdout: a?b\tc, stderr: ?d")]
    [InlineData(2003, "", uint.MaxValue, "", null)]
    public void A_failed_hooks_output_is_read_whatever_its_bytes_and_counts(uint count, string output, uint errorCount, string errorOutput, string? words)
    {
        var reader = new ReportReader();
        byte[] message = Hook(1 << 8, count, output, errorCount, errorOutput);
        message.CopyTo(reader.Room);
        reader.Add(message.Length);
        Assert.True(reader.TryTake(out _, out _, out _));
        string text = StageFailure.Describe(reader.Failure, "sh", "/", [new Hook { Path = "/hook" }]);
        words ??= $"exit status 1, stdout: {new string('?', 2000)}... (3 more bytes), stderr: {new string('?', 2000)}... ({uint.MaxValue - 2000} more bytes)";
        Assert.Equal("error running startContainer hook #0: " + words, text);
    }

    [Fact]
    public void Of_any_bytes_a_message_an_error_or_nothing_is_read()
    {
        var random = new Random(20260730);
        int read = 0, refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = new byte[random.Next(20) == 0 ? random.Next(9000) : random.Next(200)];
            random.NextBytes(bytes);
            // Mostly close to what is valid, or nothing but the first check would be tried.
            for (int at = 0; at + 8 <= bytes.Length && random.Next(4) != 0; at += 8)
                MemoryMarshal.Write(bytes.AsSpan(at), (uint)(random.Next(3) switch { 0 => InitMessage.FirstKind + random.Next(8), 1 => (int)StageStep.FirstChildStatus + random.Next(2), _ => random.Next(1100) }));
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

    private static byte[] Hook(uint status, uint count, string output, uint errorCount, string errorOutput)
    {
        byte[] message = new byte[HookReport.Size];
        InitMessage.Header((uint)StageStep.FirstChildStatus, status).CopyTo(message, 0);
        MemoryMarshal.Write(message.AsSpan(8), count);
        MemoryMarshal.Write(message.AsSpan(12), errorCount);
        Encoding.UTF8.GetBytes(output).CopyTo(message, 16);
        Encoding.UTF8.GetBytes(errorOutput).CopyTo(message, 16 + HookReport.MostText);
        return message;
    }

    private static List<string> Read(byte[] bytes, Func<int, int> piece)
    {
        var reader = new ReportReader();
        var messages = new List<string>();
        for (int at = 0; at < bytes.Length;)
        {
            int count = Math.Min(piece(bytes.Length - at), Math.Min(bytes.Length - at, reader.Room.Length));
            bytes.AsSpan(at, count).CopyTo(reader.Room);
            reader.Add(count);
            at += count;
            while (reader.TryTake(out uint kind, out uint value, out RuncsException? error))
                messages.Add(error?.Message ?? $"{kind} {value}");
        }
        return messages;
    }
}
