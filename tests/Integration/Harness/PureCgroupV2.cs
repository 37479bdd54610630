// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// Simulates a machine with pure cgroup v2 on one with v1: a private mount namespace with only cgroup2 mounted. Its
/// controllers are those that v1 does not use, often none; devices, freezing, killing and membership are real.
/// </summary>
public static class PureCgroupV2
{
    private const string Script = """
        umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$@"
        """;

    /// <summary>The prefix of a command line: <c>container.Runtime.Prefix = PureCgroupV2.Prefix</c>.</summary>
    public static IReadOnlyList<string> Prefix { get; } = ["unshare", "--mount", "--propagation", "private", "sh", "-c", Script, "sh"];

    public static Result Run(params string[] commandLine) => Command.Run([.. Prefix, .. commandLine]);
}
