// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>Everything that a container can leave behind on the machine: processes, mounts, cgroups, state.</summary>
public static class Leftovers
{
    /// <summary>Fails the test if anything of the container is left. Processes may take a moment to exit.</summary>
    public static void AssertNone(Container container)
    {
        Eventually.True(() => Find(container).Count == 0, () => $"left of {container.Id}:\n{string.Join('\n', Find(container))}", Patience.Seconds(5));
    }

    public static IReadOnlyList<string> Find(Container container)
    {
        string id = container.Id;
        string scratch = container.Path("");
        return
        [
            .. Processes(id, scratch).Select(pid => $"process {pid}: {CommandLine(pid)}"),
            .. MountTable.Read().Where(mount => Bears(mount, id)).Select(mount => $"mount {mount}"),
            .. Cgroups(id).Select(cgroup => $"cgroup {cgroup}"),
            .. StateOf(container).Select(path => $"state {path}"),
        ];
    }

    /// <summary>Removes the processes and cgroups with the id by force.</summary>
    public static void Remove(string id)
    {
        for (int round = 0; round < 100; round++)
        {
            List<string> cgroups = [.. Cgroups(id)];
            int[] processes = [.. Processes(id)];
            if (cgroups.Count == 0 && processes.Length == 0)
                return;
            foreach (string cgroup in cgroups)
                Thaw(cgroup);
            foreach (int pid in processes)
                _ = Libc.kill(pid, Libc.SIGKILL);
            foreach (string cgroup in cgroups.OrderByDescending(path => path.Length))
                _ = Libc.rmdir(cgroup);
            Thread.Sleep(20);
        }
    }

    /// <summary>The cgroup directories of every hierarchy whose names contain the id, and all below them.</summary>
    public static IEnumerable<string> Cgroups(string id) => CgroupsBelow("/sys/fs/cgroup", id, inside: false);

    /// <summary>The processes in a cgroup whose path contains the id.</summary>
    public static IEnumerable<int> Processes(string id) => Processes(id, null);

    // Processes in a cgroup of the container, and those with its files as their root or working directory.
    private static IEnumerable<int> Processes(string id, string? scratch)
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), out int pid) || pid == Environment.ProcessId)
                continue;
            // Zombie orphans are reaped by the machine's init.
            if (ReadOrEmpty($"{directory}/stat").Contains(") Z ", StringComparison.Ordinal))
                continue;
            if (Bears(ReadOrEmpty($"{directory}/cgroup"), id) || (scratch != null && LivesIn(directory, scratch)))
                yield return pid;
        }
    }

    private static bool LivesIn(string process, string scratch) => IsIn($"{process}/root", scratch) || IsIn($"{process}/cwd", scratch);

    private static bool IsIn(string link, string directory)
    {
        try
        {
            return new FileInfo(link).LinkTarget?.StartsWith(directory, StringComparison.Ordinal) ?? false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<string> CgroupsBelow(string directory, string id, bool inside)
    {
        string[] children;
        try
        {
            children = Directory.GetDirectories(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        foreach (string child in children)
        {
            bool hit = inside || Bears(Path.GetFileName(child), id);
            if (hit)
                yield return child;
            foreach (string below in CgroupsBelow(child, id, hit))
                yield return below;
        }
    }

    // The id as a whole: t12-1 does not match t12-11.
    private static bool Bears(string text, string id)
    {
        for (int at = text.IndexOf(id, StringComparison.Ordinal); at >= 0; at = text.IndexOf(id, at + 1, StringComparison.Ordinal))
        {
            if ((at + id.Length == text.Length || !char.IsAsciiLetterOrDigit(text[at + id.Length])) && (at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])))
                return true;
        }
        return false;
    }

    private static IEnumerable<string> StateOf(Container container) => Directory.Exists(container.Runtime.Root)
        ? Directory.EnumerateFileSystemEntries(container.Runtime.Root).Where(path => Bears(Path.GetFileName(path), container.Id))
        : [];

    private static void Thaw(string cgroup)
    {
        foreach ((string file, string thawed) in (ReadOnlySpan<(string, string)>)[("freezer.state", "THAWED"), ("cgroup.freeze", "0")])
        {
            string path = Path.Combine(cgroup, file);
            if (File.Exists(path))
                File.WriteAllText(path, thawed);
        }
    }

    private static string CommandLine(int pid) => ReadOrEmpty($"/proc/{pid}/cmdline").Replace('\0', ' ');

    private static string ReadOrEmpty(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
