// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Diagnostics;
using Runcs.Init;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Containers;

/// <summary><c>start</c>: lets the exec stage of a created container execute the program, and tells whether it did.</summary>
public static class Starting
{
    /// <exception cref="RuncsException"/>
    public static void Start(string root, string id)
    {
        using StateDirectory directory = StateDirectory.Open(root, id) ?? throw new RuncsException(Container.DoesNotExist);
        ContainerRecord record = directory.ReadRecord() ?? throw new RuncsException(Container.DoesNotExist);
        using Fd? start = directory.OpenStart();
        if (start == null) throw NotCreated(root, record);
        Release(directory, record, start);
        Log.Debug("program started");
        if (record.HasHooks("poststart")) RunPoststartHooks(directory, record);
    }

    /// <summary>Nobody waits on the channel, which cannot be taken for a process of another time: only the words are left to find.</summary>
    private static RuncsException NotCreated(string root, ContainerRecord record) => new(
        record.Init.Exists() ? "cannot start an already running container" : "cannot start a container that has stopped");

    private static void Release(StateDirectory directory, ContainerRecord record, Fd start)
    {
        // Opened before the stage goes on, or its end could come between.
        using Fd report = directory.OpenReport();
        Errno errno = Files.TryWrite(start.Value, [0], out _);
        // SIGPIPE is ignored: a stage that died in between gives EPIPE.
        if (errno.Value == Errno.EPIPE) throw new RuncsException($"cannot start a container that has stopped: {errno.Message}");
        if (errno.IsError) throw new SyscallException("write", "start channel", errno);
        Descriptors.WaitReadable(report.Value, "report channel");
        if (ContainerInit.ReceiveOutcome(report, record.Program) is { } failure) throw new RuncsException(failure);
        // A limit that is too small for the program kills it within execve(2), which then reports nothing.
        if (!record.Init.Exists() && ContainerCgroup.OomKills(record) > 0) throw OutOfMemory.AtStart(null);
    }

    // runtime.md, "Lifecycle", 10: a failure ends the container, and goes on with its deletion.
    private static void RunPoststartHooks(StateDirectory directory, ContainerRecord record)
    {
        Hook[] hooks = Config.Read(directory.ReadConfig()).Hooks?.Poststart ?? [];
        try
        {
            ContainerHooks.RunPoststart(hooks, record);
        }
        catch (RuncsException)
        {
            using Fd? init = record.Init.Open();
            if (init != null) Container.KillAndWait(record, init);
            throw;
        }
    }
}
