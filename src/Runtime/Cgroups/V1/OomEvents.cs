// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/memory.rst, "OOM Control"
using System;
using Runcs.Native;

namespace Runcs.Cgroups.V1;

/// <summary>An eventfd that memory.oom_control signals.</summary>
internal sealed class OomEvents : OomWatch
{
    private readonly CgroupTree _tree;
    private readonly string _path;
    private readonly Fd _counter;

    private OomEvents(CgroupTree tree, string path, Fd counter) : base(counter) => (_tree, _path, _counter) = (tree, path, counter);

    /// <exception cref="SyscallException"/>
    public static OomEvents Open(CgroupTree tree, string path)
    {
        const string Control = "cgroup.event_control", Event = "memory.oom_control";
        Fd counter = Notifications.MakeCounter();
        try
        {
            Errno errno = tree.TryOpen($"{path}/{Event}", Files.O_RDONLY, out Fd? source);
            if (errno.IsError) throw new SyscallException("openat", $"{path}/{Event}", errno);
            // It may be closed once the kernel has it.
            using (source) errno = tree.TryWrite(path, Control, string.Concat(counter.Value.ToString(), " ", source!.Value.ToString()));
            return errno.IsError ? throw new SyscallException("write", $"{path}/{Control}", errno) : new OomEvents(tree, path, counter);
        }
        catch
        {
            counter.Dispose();
            throw;
        }
    }

    public override bool Take()
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        if (Files.TryRead(_counter.Value, count, out int length).IsError || length != count.Length) return false;
        // The removal of the cgroup is signalled too.
        return _tree.Exists(_path) || BitConverter.ToUInt64(count) > 1;
    }
}
