// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Containers.Storage;

namespace Runcs.Conformance.Containers;

public class ProcessIdentityTests
{
    [Theory]
    [InlineData("731 (sh) S 1 731 731 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 4242 999 9", 'S', 4242UL)]
    [InlineData("731 (a) Z 1 (b)) Z 1 731 731 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 77 999 9", 'Z', 77UL)]
    public void The_name_may_hold_anything(string stat, char state, ulong start)
    {
        Assert.True(ProcessIdentity.TryParseStat(Encoding.UTF8.GetBytes(stat), out char foundState, out ulong foundStart));
        Assert.Equal((state, start), (foundState, foundStart));
    }

    [Theory]
    [InlineData("")]
    [InlineData("731 (sh")]
    [InlineData("731 (sh)")]
    [InlineData("731 (sh) S 1 2 3")]
    public void A_truncated_stat_is_no_process(string stat) => Assert.False(ProcessIdentity.TryParseStat(Encoding.UTF8.GetBytes(stat), out _, out _));

    [Fact]
    public void A_pid_is_believed_only_with_its_start_time()
    {
        ProcessIdentity self = ProcessIdentity.Of(Environment.ProcessId);
        Assert.True(self.Exists());
        Assert.False((self with { StartTime = self.StartTime + 1 }).Exists());
        using (Runcs.Native.Fd? pidfd = self.Open()) Assert.NotNull(pidfd);
        Assert.Null((self with { StartTime = self.StartTime + 1 }).Open());
        Assert.False(ProcessIdentity.None.Exists());
    }

    [Theory]
    [InlineData("42 7", true)]
    [InlineData("0 0", true)]
    [InlineData("1 7", false)]
    [InlineData("-42 7", false)]
    [InlineData("+42 7", false)]
    [InlineData(" 42 7", false)]
    [InlineData("42  7", false)]
    [InlineData("42 7\n", false)]
    [InlineData("2147483648 7", false)]
    [InlineData("42 18446744073709551616", false)]
    [InlineData("42", false)]
    [InlineData("", false)]
    public void Only_the_recorded_form_is_a_process(string text, bool isValid)
    {
        Assert.Equal(isValid, ProcessIdentity.TryParse(text, out ProcessIdentity process));
        Assert.Equal(text == "42 7" ? new ProcessIdentity(42, 7) : ProcessIdentity.None, process);
    }

    [Fact]
    public void A_zombie_is_no_process()
    {
        // The child becomes a zombie after the shell has exec'd sleep, which never waits for it.
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", "sleep 0.3 & echo $!; exec sleep 60"]) { RedirectStandardOutput = true })!;
        int child = int.Parse(process.StandardOutput.ReadLine()!);
        Eventually.True(() => File.ReadAllText($"/proc/{child}/stat").Contains(") Z ", StringComparison.Ordinal), () => $"{child} is no zombie");
        Assert.Equal(ProcessIdentity.None, ProcessIdentity.Of(child));
        process.Kill();
    }
}
