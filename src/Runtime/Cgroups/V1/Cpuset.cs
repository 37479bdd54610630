// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/cpusets.rst
using System;
using Runcs.Native;

namespace Runcs.Cgroups.V1;

/// <summary>
/// A new v1 cpuset has no CPUs and no memory nodes: no process can join it, and no value can be set below it. So its parent's are
/// copied, first to parents that have none themselves.
/// </summary>
internal static class Cpuset
{
    /// <param name="cgroup">The container's directory.</param>
    /// <param name="isNew">Create has just made it.</param>
    /// <param name="plan">Its own CPUs and memory nodes are written next.</param>
    /// <exception cref="RuncsException"/>
    public static void Inherit(CgroupDirectory cgroup, bool isNew, CgroupPlan plan)
    {
        (CgroupTree tree, string path) = (cgroup.Tree, cgroup.Path);
        // The root of the hierarchy always has both.
        int rootLength = path.Length - cgroup.Place.Path.Length;
        foreach (string file in (ReadOnlySpan<string>)[CpusetController.Cpus, CpusetController.Mems])
        {
            string inherited = Ensure(tree, path[..path.LastIndexOf('/')], file, rootLength);
            // A value in a directory that existed is its maker's choice.
            if (plan.Sets(file) || (!isNew && Read(tree, path, file).Length > 0)) continue;
            Write(tree, path, file, inherited);
        }
    }

    // Returns the directory's value; one without a value gets its parent's.
    private static string Ensure(CgroupTree tree, string path, string file, int rootLength)
    {
        string value = Read(tree, path, file);
        if (value.Length > 0 || path.Length <= rootLength) return value;
        value = Ensure(tree, path[..path.LastIndexOf('/')], file, rootLength);
        Write(tree, path, file, value);
        return value;
    }

    private static string Read(CgroupTree tree, string path, string file)
    {
        Errno errno = tree.TryRead(path, file, out string text);
        return errno.IsError ? throw Failed("read", path, file, errno) : text;
    }

    private static void Write(CgroupTree tree, string path, string file, string value)
    {
        Errno errno = tree.TryWrite(path, file, value);
        if (errno.IsError) throw Failed("write", path, file, errno);
    }

    private static RuncsException Failed(string call, string path, string file, Errno errno) =>
        errno.Failure("linux.cgroupsPath", call, $"{path}/{file}");
}
