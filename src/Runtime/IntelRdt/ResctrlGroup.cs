// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces. Documentation/filesystems/resctrl.rst
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.IntelRdt;

/// <summary>
/// A container's class of service and monitoring group: directories with a <c>tasks</c> file, to which a pid is written.
/// </summary>
public sealed class ResctrlGroup(IntelRdtPlan plan)
{
    private const string Field = "linux.intelRdt", Monitoring = Field + ".enableMonitoring", ClosId = Field + ".closID", Schemata = "schemata", Tasks = "tasks";
    private const int Mode = 0x1ed; // 0755

    private readonly List<string> _made = [];

    /// <summary>
    /// The container's own directories, which are removed with it, the inner one first; for the record, before they are
    /// made. An existing class is not its own.
    /// </summary>
    public string[] ToRemove()
    {
        var directories = new List<string>();
        if (plan.Monitoring.Length > 0 && !Exists(plan.Monitoring)) directories.Add(plan.Monitoring);
        if (plan.IsOwn && !Exists(plan.Group)) directories.Add(plan.Group);
        return [.. directories];
    }

    /// <summary>The groups for further processes of the container to join, in this order.</summary>
    public string[] ToJoin() => plan.Monitoring.Length > 0 ? [plan.Group, plan.Monitoring] : [plan.Group];

    /// <summary>
    /// Makes the missing directories, writes the schemata and moves the process in; later children inherit the group.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void Apply(int pid)
    {
        Make();
        WriteSchemata(plan.Root, plan.Group, plan.Schemata);
        Join(plan.Group, pid, Field);
        if (plan.Monitoring.Length == 0) return;
        Make(plan.Monitoring, Monitoring, isFine: false);
        Join(plan.Monitoring, pid, Monitoring);
    }

    private void Make()
    {
        if (plan.MustExist)
        {
            if (!Exists(plan.Group)) throw RuncsException.At(ClosId, $"class of service {plan.Group} does not exist, and without a schema it must");
        }
        else if (plan.Group == plan.Root || !Make(plan.Group, ClosId, isFine: true))
        {
            Compare();
        }
    }

    // config-linux.md: an existing class must match the config; other processes may be in it.
    private void Compare()
    {
        if (plan.Compared.Count == 0) return;
        string there = Files.ReadTextAt(Files.AT_FDCWD, $"{plan.Group}/{Schemata}");
        foreach ((string line, string jsonPath) in plan.Compared)
        {
            if (!Schema.Has(there, line))
                throw RuncsException.At(jsonPath, $"\"{line}\" is not in the schemata of class of service {plan.Group}: {there.Trim().Replace("\n", ", ", StringComparison.Ordinal)}");
        }
    }

    // True if it did not exist.
    private bool Make(string path, string jsonPath, bool isFine)
    {
        Errno errno = FileNodes.TryMkdirAt(Files.AT_FDCWD, path, Mode);
        if (errno.Value == Errno.EEXIST && isFine) return false;
        if (errno.IsError) throw Failed(plan.Root, jsonPath, "mkdirat", path, errno);
        _made.Add(path);
        return true;
    }

    /// <summary>
    /// Writes each line separately, so that a later line overrides an earlier one; in a single write the kernel refuses a
    /// repeated cache.
    /// </summary>
    /// <param name="root">The mount point of resctrl.</param>
    /// <param name="group">The class's directory.</param>
    /// <param name="lines">With the JSON path of each.</param>
    /// <exception cref="RuncsException"/>
    public static void WriteSchemata(string root, string group, IReadOnlyList<(string Line, string JsonPath)> lines)
    {
        foreach ((string line, string jsonPath) in lines)
        {
            Errno errno = TryWrite($"{group}/{Schemata}", line + "\n");
            if (errno.IsError) throw Failed(root, jsonPath, "write", $"{group}/{Schemata}", errno);
        }
    }

    /// <summary>
    /// For <c>update</c>: changes the schemata of a container's class. If one is refused, the old ones are restored.
    /// </summary>
    /// <param name="joined">The result of <see cref="ToJoin"/>.</param>
    /// <param name="hasL3">There is a line for the L3 cache.</param>
    /// <param name="hasMemBw">There is one for the memory bandwidth.</param>
    /// <param name="lines">Each with its JSON path.</param>
    /// <returns>An action that restores the old lines.</returns>
    /// <exception cref="RuncsException">Some in runc's format.</exception>
    public static Action Update(string[] joined, bool hasL3, bool hasMemBw, IReadOnlyList<(string Line, string JsonPath)> lines)
    {
        string root = IntelRdtFacts.Read().Root;
        if (hasL3 && !Exists(root + "/info/L3")) throw new RuncsException("Intel RDT/CAT: l3 cache schema is not enabled");
        if (hasMemBw && !Exists(root + "/info/MB")) throw new RuncsException("Intel RDT/MBA: memory bandwidth schema is not enabled");
        if (joined.Length == 0) throw new RuncsException("updating a non-existent Intel RDT configuration is not supported");
        RootOf(joined);
        string before = Files.ReadTextAt(Files.AT_FDCWD, $"{joined[0]}/{Schemata}");
        try
        {
            WriteSchemata(root, joined[0], lines);
            return Restore;
        }
        catch
        {
            Restore();
            throw;
        }

        void Restore()
        {
            foreach (string line in before.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) TryWrite($"{joined[0]}/{Schemata}", line + "\n");
        }
    }

    private void Join(string group, int pid, string jsonPath)
    {
        Errno errno = TryWrite($"{group}/{Tasks}", pid.ToString());
        if (errno.IsError) throw Failed(plan.Root, jsonPath, "write", $"{group}/{Tasks}", errno);
    }

    /// <summary>
    /// The files by which a further process of the container joins the groups: it writes a 0, which is the writer itself
    /// (rdtgroup_move_task() in the kernel). A removed group is ignored (as by runc).
    /// </summary>
    /// <param name="groups">The result of <see cref="ToJoin"/> at create.</param>
    /// <exception cref="RuncsException"/>
    public static string[] Entries(string[] groups)
    {
        if (groups.Length > 0) RootOf(groups);
        var files = new string[groups.Length];
        for (int i = 0; i < files.Length; i++) files[i] = $"{groups[i]}/{Tasks}";
        return files;
    }

    /// <summary>The error of a process that cannot join.</summary>
    public static RuncsException EntryFailed(string file, Errno errno) => errno.Failure(Field, "write", file);

    /// <summary>Removes the directories made by this object.</summary>
    /// <exception cref="RuncsException"/>
    public void Undo()
    {
        _made.Reverse();
        Remove([.. _made]);
        _made.Clear();
    }

    /// <summary>The mount point of the recorded directories, so that no other directory is written to or removed.</summary>
    /// <exception cref="RuncsException">One is elsewhere.</exception>
    public static string RootOf(IReadOnlyList<string> directories)
    {
        string root = IntelRdtFacts.Read().Root;
        foreach (string directory in directories)
            if (!IsIn(directory, root) && Exists(directory)) throw RuncsException.At(Field, $"\"{Excerpt.Of(directory)}\" in the container's record is not in a mounted resctrl filesystem");
        return root;
    }

    private static bool IsIn(string directory, string root) =>
        root.Length > 0 && (directory == root || directory.StartsWith(root + "/", StringComparison.Ordinal)) && !$"{directory}/".Contains("/../", StringComparison.Ordinal);

    /// <summary>Removes directories; their processes move to the default class. A missing directory is not an error.</summary>
    /// <exception cref="RuncsException"/>
    public static void Remove(string[] directories)
    {
        if (directories.Length > 0) RootOf(directories);
        foreach (string directory in directories)
        {
            Errno errno = FileNodes.TryUnlinkAt(Files.AT_FDCWD, directory, AtFlags.AT_REMOVEDIR);
            if (errno.IsError && errno.Value != Errno.ENOENT) throw errno.Failure(Field, "unlinkat", directory);
        }
    }

    private static bool Exists(string path) => FileStatus.Exists(Files.AT_FDCWD, path);

    private static Errno TryWrite(string path, string value)
    {
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, OpenFlags.O_WRONLY, 0, out Fd? fd);
        if (errno.IsError) return errno;
        using (fd) return Files.TryWrite(fd!.Value, Encoding.UTF8.GetBytes(value), out _);
    }

    // The kernel explains the failure in a file; the errno rarely suffices.
    private static RuncsException Failed(string root, string jsonPath, string call, string path, Errno errno)
    {
        RuncsException failure = errno.Failure(jsonPath, call, path);
        if (Files.TryOpenAt(Files.AT_FDCWD, root + "/info/last_cmd_status", OpenFlags.O_RDONLY, 0, out Fd? fd).IsError) return failure;
        using (fd)
        {
            try
            {
                string status = Encoding.UTF8.GetString(Files.ReadToEnd(fd!.Value, "last_cmd_status")).Trim();
                return status is "" or "ok" ? failure : failure.WithHint($"resctrl reports: {status}");
            }
            catch (RuncsException)
            {
                return failure;
            }
        }
    }
}
