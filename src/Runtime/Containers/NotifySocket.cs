// SPDX-License-Identifier: Apache-2.0
// sd_notify(3). Run by the parent, and by start.
using System;
using System.Text;
using Runcs.Containers.Storage;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Plan;

namespace Runcs.Containers;

/// <summary>
/// Relays readiness from the container's program to the service manager that has started us as a service of Type=notify.
/// The program has its own socket in /run/notify; its READY=1 is passed on with the pid to watch. Other messages are not,
/// because the manager would attribute them to us; as with runc.
/// </summary>
internal sealed class NotifySocket : IDisposable
{
    private const string Name = NotifyPlanner.SocketName, Ready = "READY=";

    private readonly Fd _socket;
    private readonly string _manager;

    private NotifySocket(Fd socket, string manager) => (_socket, _manager) = (socket, manager);

    /// <summary>To be polled for reading.</summary>
    internal Fd Descriptor => _socket;

    /// <summary>The directory of the socket, which is visible in the container; null without NOTIFY_SOCKET.</summary>
    internal static string? DirectoryOf(CreateOptions options) =>
        options.NotifySocket == null ? null : string.Concat(options.Root, "/", options.Id, "/" + StateDirectory.NotifyName);

    /// <summary>Makes the socket, for start or run; null without NOTIFY_SOCKET, and if create had none.</summary>
    /// <param name="manager">The service manager's socket: NOTIFY_SOCKET.</param>
    /// <exception cref="RuncsException"/>
    internal static NotifySocket? Bind(StateDirectory state, string? manager)
    {
        using Fd? directory = manager == null ? null : state.OpenNotify();
        if (directory == null) return null;
        // The remains of a failed start.
        FileNodes.TryUnlinkAt(directory.Value, Name);
        Errno errno = UnixSockets.TryBindDatagram($"{directory.ProcPath}/{Name}", out Fd? socket);
        errno.OrThrow("bind", Name);
        return new NotifySocket(socket!, manager!);
    }

    /// <summary>Waits until the program is ready or has ended, and notifies the manager.</summary>
    /// <param name="process">The container's first process.</param>
    /// <param name="interrupts">A signalfd whose signals end the wait; null if they kill us.</param>
    /// <exception cref="RuncsException">A signal interrupted the wait; the container stays.</exception>
    internal void Wait(Fd process, int pid, Fd? interrupts)
    {
        const int Glance = 100;
        while (true)
        {
            Span<Descriptors.PollFd> entries =
            [
                new() { Fd = _socket.Value, Events = PollEvents.POLLIN },
                new() { Fd = ProcessDescriptors.PollNumber(process), Events = PollEvents.POLLIN },
                new() { Fd = interrupts?.Value ?? -1, Events = PollEvents.POLLIN },
            ];
            Descriptors.TryPoll(entries, entries[1].Fd < 0 ? Glance : -1, out _);
            // A message sent before its end counts.
            if (entries[0].Returned != 0 && Relay(pid, waits: true)) return;
            if (entries[0].Returned == 0 && ProcessDescriptors.HasEnded(process)) return;
            if (entries[2].Returned != 0) throw new RuncsException("interrupted by a signal; the container exists, but its program has not reported that it is ready");
        }
    }

    /// <summary>Reads one message of the program, and passes on its readiness.</summary>
    /// <param name="pid">The process that the manager is to watch.</param>
    /// <param name="waits">We end before that process, but not before the manager has identified the sender.</param>
    /// <returns>The program is ready: no further messages are needed.</returns>
    internal bool Relay(int pid, bool waits)
    {
        const int Longest = 4096;
        byte[] message = new byte[Longest];
        if (Files.TryRead(_socket.Value, message, out int count).IsError) return false;
        foreach (string line in Encoding.UTF8.GetString(message, 0, count).Split('\n'))
        {
            if (!line.StartsWith(Ready, StringComparison.Ordinal)) continue;
            Tell($"{line}\nMAINPID={pid}\n", waits);
            return true;
        }
        return false;
    }

    public void Dispose() => _socket.Dispose();

    private void Tell(string message, bool waits)
    {
        Errno errno = UnixSockets.TryConnectDatagram(_manager, out Fd? manager);
        if (!errno.IsError)
        {
            using (manager)
            {
                errno = Files.TryWrite(manager!.Value, Encoding.UTF8.GetBytes(message), out _);
                if (!errno.IsError) errno = TryBarrier(manager, waits);
            }
        }
        if (errno.IsError) Log.Warn($"NOTIFY_SOCKET: unable to notify {_manager} that the container is ready: {errno.Message}");
    }

    // sd_notify_barrier(3): the manager closes the descriptor once it has handled all earlier messages.
    private Errno TryBarrier(Fd manager, bool waits)
    {
        const int Patience = 30_000;
        (Fd read, Fd write) = Descriptors.Pipe();
        using (read)
        {
            Errno errno;
            using (write) errno = UnixSockets.TrySendFd(manager.Value, write.Value, "BARRIER=1"u8);
            if (errno.IsError || !waits) return errno;
            byte[] message = new byte[1];
            long deadline = Clock.Milliseconds() + Patience;
            for (long left = Patience; left > 0; left = deadline - Clock.Milliseconds())
            {
                Span<Descriptors.PollFd> entries =
                [
                    new() { Fd = read.Value, Events = PollEvents.POLLIN },
                    new() { Fd = _socket.Value, Events = PollEvents.POLLIN },
                ];
                Descriptors.TryPoll(entries, (int)left, out _);
                if (entries[0].Returned != 0) return errno;
                // The program may have a barrier of its own; reading it releases it.
                if (entries[1].Returned != 0) Files.TryRead(_socket.Value, message, out _);
            }
            // runc's message.
            Log.Warn("Timeout after waiting 30s for barrier. Ignored.");
            return errno;
        }
    }
}
