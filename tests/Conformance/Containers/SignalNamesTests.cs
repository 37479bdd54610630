// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Commands;
using Runcs.Native;

namespace Runcs.Conformance.Containers;

public class SignalNamesTests
{
    [Theory]
    [InlineData("KILL", 9)]
    [InlineData("SIGKILL", 9)]
    [InlineData("kill", 9)]
    [InlineData("sigTerm", 15)]
    [InlineData("9", 9)]
    [InlineData("0", 0)]
    [InlineData("64", 64)]
    [InlineData("99", 99)]
    [InlineData("HUP", 1)]
    [InlineData("WINCH", 28)]
    [InlineData("SIGSYS", 31)]
    [InlineData("RTMIN", 34)]
    [InlineData("SIGRTMIN+3", 37)]
    [InlineData("RTMAX-1", 63)]
    public void Understood(string text, int number) => Assert.Equal(number, SignalNames.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("SIG")]
    [InlineData("frob")]
    [InlineData("KILL=9")]
    [InlineData("KILL TERM")]
    [InlineData("9x")]
    [InlineData("RTMIN+31")]
    [InlineData("RTMAX-31")]
    [InlineData("RTMIN+")]
    public void Refused(string text) => Assert.Equal($"unknown signal \"{text}\": must be a name such as TERM, or a number from 0 to 64", Assert.Throws<RuncsException>(() => SignalNames.Parse(text)).Message);
}
