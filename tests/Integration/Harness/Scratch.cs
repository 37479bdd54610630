// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>Temporary directories, each new; its creator removes it. The next run removes those of a killed run.</summary>
public static class Scratch
{
    private const string Prefix = "runcs-test-";
    private static readonly TimeSpan _old = TimeSpan.FromHours(2);

    static Scratch()
    {
        foreach (string left in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(left) > _old)
                Remove(left);
        }
    }

    /// <summary>A new directory that all users may pass through, for containers with other users.</summary>
    public static string NewDirectory(string purpose)
    {
        string directory = Directory.CreateTempSubdirectory($"{Prefix}{purpose}-").FullName;
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
