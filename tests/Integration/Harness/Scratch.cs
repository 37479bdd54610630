// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;

namespace Runcs.Harness;

/// <summary>
/// Temporary directories, each new; its creator removes it. The process removes the rest at its end: xunit does not dispose a class
/// whose constructor skips. The next run removes those of a killed run.
/// </summary>
public static class Scratch
{
    private const string Prefix = "runcs-test-";
    private static readonly TimeSpan _old = TimeSpan.FromHours(2);
    private static readonly ConcurrentQueue<string> _made = new();

    static Scratch()
    {
        foreach (string left in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(left) > _old)
                Remove(left);
        }
        AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
        {
            foreach (string left in _made.Where(Directory.Exists)) Remove(left);
        };
    }

    /// <summary>A new directory that all users may pass through, for containers with other users.</summary>
    public static string NewDirectory(string purpose)
    {
        string directory = Directory.CreateTempSubdirectory($"{Prefix}{purpose}-").FullName;
        _made.Enqueue(directory);
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
        return directory;
    }

    /// <summary>Removes a directory with its contents, after unmounting everything in it.</summary>
    public static void Remove(string directory)
    {
        foreach (string mount in MountTable.Read().Where(mount => MountTable.IsUnder(mount, directory)).Reverse())
            _ = Libc.umount2(mount, Libc.MNT_DETACH);
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Immutable files and the like, which no test needs removed.
        }
    }
}
