// SPDX-License-Identifier: Apache-2.0

namespace Runcs.Harness;

/// <summary>The source tree that the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The repository's own source files, with absolute paths, in a stable order.</summary>
    public static IEnumerable<string> Sources(params string[] patterns)
    {
        string[] folders = ["src", "oci-spec", "tests", "bench", "build"];
        return folders.Select(folder => Path.Combine(Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }

    // Deterministic builds map source paths, so the caller's path is not the file's: the tree is searched upwards from
    // the test binary.
    private static string Find()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory != null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "OciRuntime.sln")))
                return directory.FullName;
        }
        throw new InvalidOperationException($"no OciRuntime.sln above {AppContext.BaseDirectory}");
    }
}
