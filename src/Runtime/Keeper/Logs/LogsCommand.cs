// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Containers.Storage;
using Runcs.Diagnostics;
using Runcs.Keeper.Control;
using Runcs.Native;

namespace Runcs.Keeper.Logs;

/// <summary><c>logs</c>: prints what a container has written.</summary>
internal static class LogsCommand
{
    // For a file system that reports no changes (inotify(7)).
    private const int LongestPause = 1000;

    /// <param name="since">Seconds since 1970 and nanoseconds; null for all.</param>
    /// <param name="tail">The number of lines; -1 for all.</param>
    /// <param name="timestamps">Each line begins with its time.</param>
    /// <param name="follow">Waits for more, until the container has ended.</param>
    /// <exception cref="RuncsException"/>
    public static void Run(string root, string id, (long Seconds, int Nanoseconds)? since, long tail, bool timestamps, bool follow)
    {
        KeeperRecord keeper = KeptContainer.Load(root, id);
        if (keeper.LogPath.Length == 0) throw new RuncsException($"container {id} has no log: it was started with --log-driver none");
        bool isPlain = keeper.LogDriver == LogOptions.Name(LogDriver.Plain);
        if (isPlain && (since != null || timestamps)) throw new RuncsException($"the log of container {id} has no times: it was started with --log-driver plain");
        var selection = new LogSelection(since is { } time ? Timestamp.Whole(time.Seconds, time.Nanoseconds) : "", tail);
        var printer = new LogPrinter(timestamps);
        LogDriver driver = isPlain ? LogDriver.Plain : LogDriver.K8sFile;
        try
        {
            if (selection.Counts) Count(keeper.LogPath, driver, selection);
            Print(root, id, keeper.LogPath, driver, selection, printer, follow);
        }
        // The reader has gone, as in `logs | head`.
        catch (RuncsException e) when (e.Errno.Value == Errno.EPIPE)
        {
        }
    }

    private static void Count(string path, LogDriver driver, LogSelection selection)
    {
        var reader = new LogReader(driver);
        foreach (Fd file in LogFiles.OpenAll(path))
        {
            using (file) reader.Read(file, selection.Count);
            reader.EndFile();
        }
        selection.Begin();
    }

    private static void Print(string root, string id, string path, LogDriver driver, LogSelection selection, LogPrinter printer, bool follow)
    {
        var reader = new LogReader(driver);
        void Handle(ReadOnlySpan<byte> time, LogStream stream, ReadOnlySpan<byte> text, bool endsLine) => selection.Take(time, stream, text, endsLine, printer.Print);
        // Before the files: what is written in between is a change already.
        using ControlClient? keeper = follow ? ControlClient.TryConnect(root, id) : null;
        using Fd? changes = keeper == null ? null : WatchChanges(path);
        List<Fd> files = LogFiles.OpenAll(path);
        for (int i = 0; i < files.Count; i++)
        {
            reader.Read(files[i], Handle);
            if (i == files.Count - 1) break;
            reader.EndFile();
            files[i].Dispose();
        }
        printer.Flush();
        Fd? current = files.Count == 0 ? null : files[^1];
        if (keeper != null) Follow(keeper, changes!, path, reader, Handle, printer, ref current);
        current?.Dispose();
        if (keeper is { Outcome: null }) throw KeptContainer.Lost(root, id);
    }

    private static void Follow(ControlClient keeper, Fd changes, string path, LogReader reader, LogRecordHandler handle, LogPrinter printer, ref Fd? current)
    {
        keeper.Send(MessageType.Wait, []);
        while (true)
        {
            // The end comes after the last output.
            bool isLast = keeper.TryReceiveOutcome();
            if (current != null) reader.Read(current, handle);
            while ((current == null ? Oldest(path) : LogFiles.OpenNext(path, FileStatus.Of(current))) is { } next)
            {
                // All that was written before the file got its successor.
                if (current != null) reader.Read(current, handle);
                reader.EndFile();
                current?.Dispose();
                current = next;
                reader.Read(current, handle);
            }
            printer.Flush();
            if (isLast) return;
            Await(keeper, changes);
        }
    }

    private static Fd? Oldest(string path)
    {
        List<Fd> files = LogFiles.OpenAll(path);
        for (int i = 1; i < files.Count; i++) files[i].Dispose();
        return files.Count == 0 ? null : files[0];
    }

    private static void Await(ControlClient keeper, Fd changes)
    {
        Span<Descriptors.PollFd> entries =
        [
            new() { Fd = changes.Value, Events = PollEvents.POLLIN },
            new() { Fd = keeper.Descriptor, Events = PollEvents.POLLIN },
        ];
        Errno errno = Descriptors.TryPoll(entries, LongestPause, out _);
        if (errno.IsError && errno.Value != Errno.EINTR) throw errno.Failure("poll", "");
        Span<byte> events = stackalloc byte[4096];
        while (!Files.TryRead(changes.Value, events, out int count).IsError && count > 0) { }
    }

    private static Fd WatchChanges(string path)
    {
        Fd inotify = Notifications.MakeInotify();
        int slash = path.LastIndexOf('/');
        // Without it the pauses are longer.
        Notifications.TryWatch(inotify.Value, slash == 0 ? "/" : path[..slash], Notifications.IN_MODIFY | Notifications.IN_MOVED_TO | Notifications.IN_CREATE);
        return inotify;
    }
}
