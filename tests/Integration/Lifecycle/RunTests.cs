// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

[OnAnyRuntime]
public class RunTests
{
    [Fact]
    public void Output_and_exit_code_come_through()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Shell("echo hello; exit 7");
        Assert.Equal("hello\n", container.Run().Exits(7).Stdout);
        Leftovers.AssertNone(container);
    }
}
