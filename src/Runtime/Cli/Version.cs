// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cli;

/// <summary>
/// The output of <c>--version</c>. Engines recognize the lines by their beginnings, and the first by the program's name.
/// </summary>
internal static partial class Version
{
    /// <summary>The version of the runtime specification.</summary>
    public const string Specification = "1.3.0";

    /// <summary>The name under which runcs takes crun's place.</summary>
    public const string Crun = "crun";

    /// <param name="program">Its name.</param>
    /// <param name="root">The directory of containers: crun's third line; null without one.</param>
    public static string Text(string program, string? root) =>
        program + " version " + Number + "\ncommit: " + Commit + (program == Crun && root != null ? "\nrundir: " + root : "") + "\nspec: " + Specification + "\n";
}
