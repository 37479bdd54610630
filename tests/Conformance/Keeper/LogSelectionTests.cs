// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Keeper.Logs;

namespace Runcs.Conformance.Keeper;

/// <summary>The records that <c>logs --since --tail</c> selects. A record is written as TIME STREAM TAG TEXT.</summary>
public class LogSelectionTests
{
    private static readonly string[] _log = ["1 o F a", "2 e F b", "3 o P c", "4 e P d", "5 o F C", "6 o F f", "7 e F D"];

    [Theory]
    [InlineData("", -1, "a b c d C f D")]
    [InlineData("", 100, "a b c d C f D")]
    [InlineData("", 5, "a b c d C f D")]
    [InlineData("", 3, "c d C f D")]
    [InlineData("", 2, "d f D")]
    [InlineData("", 1, "d D")]
    [InlineData("", 0, "")]
    [InlineData("2", -1, "b c d C f D")]
    [InlineData("6", -1, "f D")]
    [InlineData("8", -1, "")]
    [InlineData("2", 1, "d D")]
    [InlineData("6", 10, "f D")]
    public void Lines_are_selected_whole(string since, long tail, string expected) => Assert.Equal(expected, Select(new LogSelection(since, tail), _log, _log.Length));

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "b B")]
    [InlineData(2, "a b B")]
    public void A_line_that_is_not_complete_counts(long tail, string expected)
    {
        string[] log = ["1 o F a", "2 o P b"];
        LogSelection selection = new("", tail);
        Assert.Equal(expected, Select(selection, [.. log, "3 o F B"], log.Length));
    }

    [Fact]
    public void What_is_written_later_is_selected() => Assert.Equal("b c", Select(new LogSelection("", 0), ["1 o F a", "2 o F b", "3 o F c"], 1));

    private static string Select(LogSelection selection, string[] log, int counted)
    {
        if (selection.Counts)
        {
            foreach (string record in log.Take(counted)) With(record, selection.Count);
            selection.Begin();
        }
        List<string> taken = [];
        foreach (string record in log) With(record, (time, stream, text, endsLine) => selection.Take(time, stream, text, endsLine, (_, _, its, _) => taken.Add(Encoding.UTF8.GetString(its))));
        return string.Join(' ', taken);
    }

    private static void With(string record, LogRecordHandler handle)
    {
        string[] fields = record.Split(' ');
        handle(Encoding.UTF8.GetBytes(fields[0]), fields[1] == "e" ? LogStream.Error : LogStream.Output, Encoding.UTF8.GetBytes(fields[3]), fields[2] == "F");
    }
}
