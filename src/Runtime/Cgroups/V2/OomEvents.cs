// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "Memory Interface Files"
using System;
using Runcs.Native;

namespace Runcs.Cgroups.V2;

/// <summary>memory.events, which counts the processes killed, watched by inotify(7).</summary>
internal sealed class OomEvents : OomWatch
{
    public const string File = "memory.events";

    private readonly Cgroup _cgroup;
    private readonly Fd _inotify;
    private ulong _last;

    private OomEvents(Cgroup cgroup, Fd inotify) : base(inotify) => (_cgroup, _inotify, _last) = (cgroup, inotify, cgroup.OomKills());

    /// <exception cref="RuncsException"/>
    public static OomEvents Open(Cgroup cgroup, string file)
    {
        Fd inotify = Notifications.MakeInotify();
        Errno errno = Notifications.TryWatch(inotify.Value, file, Notifications.IN_MODIFY);
        if (!errno.IsError) return new OomEvents(cgroup, inotify);
        inotify.Dispose();
        throw errno.Failure("inotify_add_watch", file);
    }

    public override bool Take()
    {
        Span<byte> events = stackalloc byte[4096];
        Errno errno;
        while (!(errno = Files.TryRead(_inotify.Value, events, out int length)).IsError && length > 0) { }
        if (errno.Value != Errno.EAGAIN) errno.OrThrow("read", "inotify");
        // The counter, not the inotify event: the kernel reports changes with a delay, and the container may end first.
        ulong now = _cgroup.OomKills();
        bool isMore = now > _last;
        _last = now;
        return isMore;
    }
}
