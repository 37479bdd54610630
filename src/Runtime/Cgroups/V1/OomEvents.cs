// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/memory.rst, "OOM Control"
using System;
using Runcs.Native;

namespace Runcs.Cgroups.V1;

/// <summary>An eventfd that memory.oom_control signals.</summary>
internal sealed class OomEvents : OomWatch
{
    private readonly CgroupDirectory _memory;
    private readonly Fd _counter;

    private OomEvents(CgroupDirectory memory, Fd counter) : base(counter) => (_memory, _counter) = (memory, counter);

    /// <exception cref="RuncsException"/>
    public static OomEvents Open(CgroupDirectory memory)
    {
        const string Control = "cgroup.event_control", Event = "memory.oom_control";
        Fd counter = Notifications.MakeCounter();
        try
        {
            Errno errno = memory.TryOpen(Event, OpenFlags.O_RDONLY, out Fd? source);
            errno.OrThrow("openat", $"{memory.Path}/{Event}");
            // The descriptor may be closed after the write.
            using (source) errno = memory.TryWrite(Control, string.Concat(counter.Value.ToString(), " ", source!.Value.ToString()));
            errno.OrThrow("write", $"{memory.Path}/{Control}");
            return new OomEvents(memory, counter);
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
        Errno errno = Files.TryRead(_counter.Value, count, out int length);
        if (errno.Value == Errno.EAGAIN) return false;
        errno.OrThrow("read", "eventfd");
        if (length != count.Length) return false;
        // The kernel also signals the removal of the cgroup.
        return _memory.Exists() || BitConverter.ToUInt64(count) > 1;
    }
}
