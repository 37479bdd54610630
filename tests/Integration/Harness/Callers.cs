// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>Callers of the runtime that leak descriptors, as a prefix of its command line.</summary>
internal static class Callers
{
    /// <summary>Files and a fifo from 3 on, including directories of the host, and one with a high number.</summary>
    public static IReadOnlyList<string> WithManyDescriptors { get; } = Shell("exec 3</etc/passwd 4</dev/zero 5</ 6</etc 7</proc 8</sys/fs/cgroup 9<>/dev/null");

    /// <summary>Each descriptor is a directory of the host.</summary>
    public static IReadOnlyList<string> WithDirectories { get; } = Shell("exec 3</ 4</ 5</ 6</ 7</ 8</ 9</");

    private static string[] Shell(string prepare) => ["sh", "-c", $"{prepare}; exec \"$@\"", "sh"];
}
