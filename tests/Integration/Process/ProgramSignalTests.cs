// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>The program's signal mask and dispositions, whatever those of the caller.</summary>
[OnAnyRuntime]
public class ProgramSignalTests
{
    public ProgramSignalTests() => Requires.Root();

    [Fact]
    public void Nothing_is_blocked_or_ignored_although_the_caller_does()
    {
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/status");
        container.Runtime.Tracer = ["env", "--ignore-signal=PIPE,HUP,USR2,XFSZ,URG,WINCH,CONT,SYS", "--block-signal=USR1,TERM,CHLD,RTMAX"];
        AssertPlainSignals(container.Run().Ok().Stdout);
    }

    // runc leaves some of them as they are.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_signal_is_ignored_although_the_caller_ignores_all(bool exec)
    {
        Requires.Runcs();
        using Container container = new();
        string[] cat = ["/bin/cat", "/proc/self/status"];
        container.Bundle.Args(exec ? ["/bin/sleep", "100"] : cat);
        if (exec) container.Up();
        // Without a list: the real-time ones included.
        container.Runtime.Tracer = ["env", "--ignore-signal", "--block-signal=USR1,TERM,CHLD,RTMAX"];
        AssertPlainSignals((exec ? container.Exec(cat) : container.Run()).Ok().Stdout);
    }

    private static void AssertPlainSignals(string status)
    {
        string[] lines = status.Split('\n');
        foreach (string name in (string[])["SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd"])
            Assert.Contains($"{name}:\t0000000000000000", lines);
    }
}
