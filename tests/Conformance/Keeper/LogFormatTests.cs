// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Keeper.Logs;

namespace Runcs.Conformance.Keeper;

/// <summary>The records of the log: any bytes come out as they went in.</summary>
public class LogFormatTests
{
    private static readonly byte[] _time = LogFormat.Time(1796040000, 5);

    [Fact]
    public void A_time_has_nine_digits_whatever_they_are() => Assert.Equal("2026-11-30T12:00:00.000000005Z", Encoding.ASCII.GetString(_time));

    [Theory]
    [InlineData("a\n", "2026-11-30T12:00:00.000000005Z stdout F a\n")]
    [InlineData("a", "2026-11-30T12:00:00.000000005Z stdout P a\n")]
    [InlineData("\n", "2026-11-30T12:00:00.000000005Z stdout F \n")]
    [InlineData("a\r\nb", "2026-11-30T12:00:00.000000005Z stdout F a\r\n2026-11-30T12:00:00.000000005Z stdout P b\n")]
    public void Records_are_written(string output, string expected) => Assert.Equal(expected, Encoding.UTF8.GetString(Write(LogStream.Output, Encoding.UTF8.GetBytes(output))));

    [Fact]
    public void The_stream_is_named() => Assert.Contains("Z stderr F x\n", Encoding.UTF8.GetString(Write(LogStream.Error, "x\n"u8.ToArray())), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_long_line_has_several_records(int difference)
    {
        byte[] line = Encoding.ASCII.GetBytes(new string('x', LogFormat.LongestPiece * 2 + difference) + "\n");
        byte[] written = Write(LogStream.Output, line);
        Assert.All(Encoding.ASCII.GetString(written).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            record => Assert.InRange(record.Length + 1, LogFormat.Overhead, LogFormat.LongestPiece + LogFormat.Overhead));
        Assert.Equal(line, Read(written).Output);
    }

    [Fact]
    public void Any_bytes_come_out_as_they_went_in()
    {
        Random random = new(1);
        for (int round = 0; round < 200; round++)
        {
            byte[] output = new byte[random.Next(40_000)], errors = new byte[random.Next(100)];
            random.NextBytes(output);
            random.NextBytes(errors);
            (byte[] readOutput, byte[] readErrors) = Read([.. Write(LogStream.Output, output), .. Write(LogStream.Error, errors)]);
            Assert.Equal(output, readOutput);
            Assert.Equal(errors, readErrors);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-30T12:00:00Z")]
    [InlineData("2026-11-30T12:00:00Z stdin F a")]
    [InlineData("2026-11-30T12:00:00Z stdout X a")]
    [InlineData("2026-11-30T12:00:00Z stdout Fa")]
    [InlineData("2026-11-30T12:00:00Z stdout F")]
    public void What_is_no_record_is_none(string line) => Assert.False(LogFormat.TryRead(Encoding.UTF8.GetBytes(line), out _, out _, out _, out _));

    private static byte[] Write(LogStream stream, byte[] output)
    {
        List<byte> written = [];
        byte[] buffer = new byte[LogFormat.LongestPiece + LogFormat.Overhead];
        ReadOnlySpan<byte> rest = output;
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<byte> piece = LogFormat.TakePiece(ref rest, out bool endsLine);
            written.AddRange(buffer.AsSpan(0, LogFormat.Write(buffer, _time, stream, piece, endsLine)));
        }
        return [.. written];
    }

    private static (byte[] Output, byte[] Error) Read(byte[] log)
    {
        List<byte> output = [], errors = [];
        for (int start = 0; start < log.Length;)
        {
            int length = log.AsSpan(start).IndexOf((byte)'\n');
            Assert.True(LogFormat.TryRead(log.AsSpan(start, length), out _, out LogStream stream, out ReadOnlySpan<byte> text, out bool endsLine));
            List<byte> target = stream == LogStream.Error ? errors : output;
            target.AddRange(text);
            if (endsLine) target.Add((byte)'\n');
            start += length + 1;
        }
        return ([.. output], [.. errors]);
    }
}
