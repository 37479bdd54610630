// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>namespaces(7): the limits of /proc/sys/user, here of a user namespace, so that the machine's own stay.</summary>
public class NamespaceLimitTests
{
    public NamespaceLimitTests()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.UserNamespaces();
    }

    [Theory]
    [InlineData("network", "net", 0, "the host forbids new network namespaces (/proc/sys/user/max_net_namespaces is 0)")]
    [InlineData("uts", "uts", 0, "the host forbids new uts namespaces (/proc/sys/user/max_uts_namespaces is 0)")]
    [InlineData("pid", "pid", 0, "the host forbids new pid namespaces (/proc/sys/user/max_pid_namespaces is 0)")]
    [InlineData("mount", "mnt", 1, "a limit of /proc/sys/user/max_*_namespaces, or of the depth of pid namespaces, is reached")]
    public void A_limit_is_named(string kind, string file, int limit, string problem)
    {
        using Container container = new();
        container.Runtime.Prefix = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", $"echo {limit} > /proc/sys/user/max_{file}_namespaces && exec \"$@\"", "sh"];
        Assert.Equal($"clone3(2): no space left on device (ENOSPC): {problem}", ErrorMessage.Of(container.Run()));
        if (limit == 0) Assert.Contains($".type: the host forbids new {kind} namespaces", container.Runtime.Run("check", "--bundle", container.Bundle.Directory).Exits(1).Stdout, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }
}
