// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Runcs.Harness;

/// <summary>
/// Text compared with a file next to the test, in Verify's convention: <c>Class.Method.verified.txt</c> is the expected
/// text, <c>.received.txt</c> the actual one. To accept it, rename the file; SNAPSHOT=accept in the environment does it
/// for all.
/// </summary>
public static class Snapshot
{
    /// <param name="text">The text; scrub it first.</param>
    /// <param name="parameters">Distinguishes the cases of a theory: <c>Class.Method_parameters.verified.txt</c>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="method">Filled in by the compiler.</param>
    public static void Verify(string text, string parameters = "", [CallerFilePath] string file = "", [CallerMemberName] string method = "")
    {
        string source = SourcePath(file);
        string stem = Path.Combine(Path.GetDirectoryName(source)!, $"{Path.GetFileNameWithoutExtension(source)}.{method}{(parameters.Length > 0 ? "_" : "")}{parameters}");
        string verified = stem + ".verified.txt", received = stem + ".received.txt";

        string? agreed = File.Exists(verified) ? File.ReadAllText(verified) : null;
        if (agreed == text)
        {
            File.Delete(received);
            return;
        }
        if (Environment.GetEnvironmentVariable("SNAPSHOT") == "accept")
        {
            File.WriteAllText(verified, text);
            File.Delete(received);
            return;
        }
        File.WriteAllText(received, text);
        Assert.True(agreed != null, $"no {verified}; received:\n{text}");
        Assert.Equal(agreed, text);
    }

    // Deterministic builds write mapped source paths into the assembly: the part before /tests/ is not this machine's.
    private static string SourcePath(string file) =>
        Path.Combine(Repository.Root, file[(file.LastIndexOf("/tests/", StringComparison.Ordinal) + 1)..]);
}
