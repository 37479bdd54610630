// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>Our shim for an engine: on the PATH of its daemon by the name that the runtime's name stands for.</summary>
internal static class ShimPath
{
    public const string Runtime = "io.containerd.runcs.v1";

    /// <param name="directory">Of the daemon.</param>
    /// <param name="name">Of the program.</param>
    public static IReadOnlyDictionary<string, string?> Environment(string directory, string name = "containerd-shim-runcs-v1")
    {
        Requires.That(RuntimeUnderTest.IsRuncs, "needs runcs as the runtime under test");
        return new Dictionary<string, string?> { ["PATH"] = $"{Link(directory, name)}:{System.Environment.GetEnvironmentVariable("PATH")}" };
    }

    /// <returns>The directory with the program.</returns>
    private static string Link(string directory, string name)
    {
        string programs = Directory.CreateDirectory(Path.Combine(directory, "bin")).FullName, link = Path.Combine(programs, name);
        if (!File.Exists(link)) File.CreateSymbolicLink(link, RuntimeUnderTest.Executable);
        return programs;
    }
}
