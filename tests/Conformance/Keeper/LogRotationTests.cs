// SPDX-License-Identifier: Apache-2.0
using Runcs.Keeper.Logs;

namespace Runcs.Conformance.Keeper;

public class LogRotationTests
{
    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "log>log.1")]
    [InlineData(4, "log.2>log.3 log.1>log.2 log>log.1")]
    public void The_oldest_is_renamed_first(int files, string expected) =>
        Assert.Equal(expected, string.Join(' ', LogRotation.Plan("log", files).Select(rename => $"{rename.From}>{rename.To}")));

    /// <summary>A keeper that is killed after any of the renames, whatever files there are.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Only_the_oldest_file_is_lost_wherever_it_stops(int files)
    {
        for (int there = 0; there < 1 << files; there++)
        {
            for (int done = 0; done <= files - 1; done++)
            {
                Dictionary<string, int> disk = [];
                for (int number = 0; number < files; number++)
                    if ((there >> number & 1) == 1) disk[LogRotation.Name("log", number)] = number;
                int[] before = [.. disk.Values.Order()];
                foreach ((string from, string to) in LogRotation.Plan("log", files).Take(done))
                    if (disk.Remove(from, out int content)) disk[to] = content;
                int[] after = [.. LogRotation.Find(disk.Keys, "log").Select(number => disk[LogRotation.Name("log", number)])];
                Assert.Equal(before.Where(content => content < files - 1 || after.Contains(content)), after);
            }
        }
    }

    [Fact]
    public void Files_are_found_among_others_the_newest_first() =>
        Assert.Equal([0, 1, 2, 10], LogRotation.Find(["log.10", "log", "log.2", "log.1", "log.01", "log.x", "log.", "logs", "log.1.gz", "log.0", "log.-1", "blog"], "log"));
}
