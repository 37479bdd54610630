// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// A machine with pure cgroup v2, as far as a machine with v1 can be one: a private mount namespace in which nothing but
/// cgroup2 is mounted. Its controllers are those that v1 has left over, often none, but devices, freezing, killing and
/// membership are the real thing.
/// </summary>
public static class PureCgroupV2
{
    private const string Script = """
        umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$@"
        """;

    /// <summary>What to put before a command line: <c>container.Runtime.Prefix = PureCgroupV2.Prefix</c>.</summary>
    public static IReadOnlyList<string> Prefix { get; } = ["unshare", "--mount", "--propagation", "private", "sh", "-c", Script, "sh"];

    public static Result Run(params string[] commandLine) => Command.Run([.. Prefix, .. commandLine]);
}
