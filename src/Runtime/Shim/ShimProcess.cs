// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Shim.Bootstrap;
using Runcs.Shim.Tasks;
using Runcs.Shim.Ttrpc;
using Runcs.Supervision;

namespace Runcs.Shim;

/// <summary>The shim itself: serves containerd until the last container is gone.</summary>
internal static class ShimProcess
{
    // A shim without a container that no client knows has been forgotten: containerd was killed before it used it.
    private const long Forgotten = 60_000;

    // For the last events.
    private const long Farewell = 3000;

    /// <param name="arguments">Of <c>start</c>.</param>
    /// <param name="events">The path of containerd's socket for events; "" for none.</param>
    /// <param name="path">Of our socket.</param>
    /// <param name="listening">Our socket.</param>
    /// <exception cref="RuncsException"/>
    public static void Run(ShimArguments arguments, string events, string path, Fd listening)
    {
        DescriptorLimit.Raise();
        using var loop = new EventLoop();
        loop.Failed = e => Log.Warn(FailureReason.Of(e));
        using var children = new Children(loop);
        using var publisher = new EventPublisher(loop, events, arguments.Namespace);
        var context = new TaskContext(loop, children, publisher, arguments.Namespace);
        void Stop()
        {
            // A new one with this path must not meet us.
            FileNodes.TryUnlinkAt(Files.AT_FDCWD, path);
            if (publisher.IsDone) loop.Stop();
            publisher.Drained = loop.Stop;
            loop.After(Farewell, loop.Stop);
        }
        var service = new TaskService(context, Stop);
        using var server = new TtrpcServer(loop, listening, service.Handle);
        Deadline? forgotten = null;
        void StopIfForgotten()
        {
            forgotten?.Dispose();
            forgotten = loop.After(Forgotten, () =>
            {
                if (!server.HasConnections && context.Containers.Count == 0) Stop();
            });
        }
        server.Deserted = StopIfForgotten;
        StopIfForgotten();
        loop.Run();
        Processes.Exit(0);
    }
}
