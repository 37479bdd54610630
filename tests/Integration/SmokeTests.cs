// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

public class SmokeTests
{
    [Fact]
    public void Runs() => Assert.True(true);
}
