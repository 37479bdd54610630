// SPDX-License-Identifier: Apache-2.0
using Runcs.Keeper;
using Runcs.Native;

namespace Runcs.Conformance.Keeper;

public class RestartPolicyTests
{
    [Theory]
    [InlineData("no", 1, 0, false)]
    [InlineData("always", 0, 1000, true)]
    [InlineData("on-failure", 0, 0, false)]
    [InlineData("on-failure", 1, 1000, true)]
    [InlineData("on-failure:3", 1, 2, true)]
    [InlineData("on-failure:3", 1, 3, false)]
    [InlineData("on-failure:3", 0, 0, false)]
    public void The_policy_decides(string text, int code, int restarts, bool expected) => Assert.Equal(expected, RestartPolicy.Parse(text).Restarts(code, restarts));

    [Theory]
    [InlineData("")]
    [InlineData("never")]
    [InlineData("on-failure:")]
    [InlineData("on-failure:0")]
    [InlineData("on-failure:-1")]
    [InlineData("on-failure:x")]
    [InlineData("always:3")]
    [InlineData("unless-stopped")]
    public void Others_are_refused(string text) => Assert.Throws<RuncsException>(() => RestartPolicy.Parse(text));

    [Fact]
    public void The_delay_grows_to_a_minute_and_starts_again_after_a_long_run()
    {
        List<int> delays = [];
        int last = 0;
        for (int i = 0; i < 12; i++) delays.Add(last = RestartPolicy.Delay(last, ran: 5));
        Assert.Equal([100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000], delays);
        Assert.Equal(100, RestartPolicy.Delay(last, ran: 10_000));
    }
}
