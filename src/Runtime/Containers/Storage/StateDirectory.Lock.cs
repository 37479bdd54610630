// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Containers.Storage;

/// <remarks>
/// The lock is flock(2) on the directory itself: it is released when its holder ends, in any way, and leaves no file
/// behind. Descriptors are close-on-exec, so neither the exec stage nor a hook keeps it.
/// </remarks>
public sealed partial class StateDirectory
{
    /// <summary>How long a command waits for another one on the same container. Hooks may be slow.</summary>
    private const int LockTimeout = 5000;
    private const int LongestPause = 20;

    /// <summary>Another command holds the container's lock now.</summary>
    /// <exception cref="RuncsException"/>
    public static bool IsBusy(string root, string id)
    {
        string path = string.Concat(root, "/", id);
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, out Fd? directory);
        if (errno.Value == Errno.ENOENT) return false;
        errno.OrThrow("openat", path);
        using (directory) errno = FileNodes.TryFlock(directory!.Value, FlockOperations.LOCK_SH | FlockOperations.LOCK_NB);
        if (errno.Value == Errno.EAGAIN) return true;
        errno.OrThrow("flock", path);
        return false;
    }

    /// <summary>Releases the lock while a foreground <c>run</c> waits for its program.</summary>
    public void Unlock() => FileNodes.TryFlock(_directory.Value, FlockOperations.LOCK_UN);

    /// <summary>Takes the lock again after <see cref="Unlock"/>.</summary>
    /// <returns>False if the container has been deleted meanwhile.</returns>
    /// <exception cref="RuncsException">Another command keeps the lock.</exception>
    public bool Relock()
    {
        Lock();
        return IsLinked;
    }

    private void Lock()
    {
        if (TryLock()) return;
        long end = Clock.Milliseconds() + LockTimeout;
        for (int pause = 1; Clock.Milliseconds() < end; pause = Math.Min(pause * 2, LongestPause))
        {
            Clock.Sleep(pause);
            if (TryLock()) return;
        }
        string holder = LockHolder();
        Dispose();
        throw new RuncsException($"container \"{Id}\" is busy: {holder} is working on it; waited {LockTimeout / 1000} s");
    }

    private bool TryLock()
    {
        Errno errno = FileNodes.TryFlock(_directory.Value, FlockOperations.LOCK_EX | FlockOperations.LOCK_NB);
        if (!errno.IsError) return true;
        // EAGAIN is flock's EWOULDBLOCK: held by another.
        if (errno.Value != Errno.EAGAIN) throw errno.Failure("flock", Path);
        return false;
    }

    /// <summary>The directory has not been removed since it was opened.</summary>
    internal bool IsLinked => FileStatus.Of(_directory).Links > 0;

    /// <summary>
    /// The holder of the lock, from /proc/locks (proc_locks(5)): <c>1: FLOCK  ADVISORY  WRITE 731 00:19:26 0 EOF</c>.
    /// </summary>
    private string LockHolder()
    {
        try
        {
            string inode = $":{FileStatus.Of(_directory).Inode} ";
            foreach (string line in Files.ReadTextAt(Files.AT_FDCWD, "/proc/locks").Split('\n'))
            {
                if (!line.Contains(inode, StringComparison.Ordinal) || !line.Contains(" FLOCK ", StringComparison.Ordinal)) continue;
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                int write = Array.IndexOf(words, "WRITE");
                if (write >= 0 && write + 1 < words.Length) return $"process {words[write + 1]}{CommandLine(words[write + 1])}";
            }
        }
        catch (RuncsException)
        {
            // Without /proc the holder is not named.
        }
        return "another command";
    }

    private static string CommandLine(string pid)
    {
        byte[] arguments = Files.ReadFile($"/proc/{pid}/cmdline");
        return arguments.Length == 0 ? "" : $" ({Encoding.UTF8.GetString(arguments).TrimEnd('\0').Replace('\0', ' ')})";
    }
}
