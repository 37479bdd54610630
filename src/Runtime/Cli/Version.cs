// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cli;

/// <summary>
/// The output of <c>--version</c>. Engines recognize the lines by their beginnings, and the first by the program's name.
/// </summary>
internal static partial class Version
{
    /// <summary>The version of the runtime specification.</summary>
    public const string Specification = "1.3.0";

    public static string Text(string program) => program + " version " + Number + "\ncommit: " + Commit + "\nspec: " + Specification + "\n";
}
