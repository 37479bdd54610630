// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Containers.Storage;
using Runcs.Diagnostics;
using Runcs.Init.Parent;
using Runcs.Init.Protocol;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.OciSpec;
using Runcs.Plan;

namespace Runcs.Containers.Commands;

/// <summary><c>start</c>: lets the exec stage of a created container execute the program, and reports the result.</summary>
public static class StartCommand
{
    private const string Stopped = "cannot start a container that has stopped: delete it and create it again";

    /// <param name="notifySocket">NOTIFY_SOCKET: a service manager that waits until the program is ready; null for none.</param>
    /// <exception cref="RuncsException"/>
    public static void Run(string root, string id, string? notifySocket)
    {
        using StateDirectory directory = StateDirectory.Open(root, id) ?? throw ContainerErrors.DoesNotExist(root, id);
        ContainerRecord record = directory.ReadRecord() ?? throw ContainerErrors.DoesNotExist(root, id);
        using Fd? start = directory.OpenStart();
        if (start == null) throw NotCreated(record);
        if (record.Program.Length == 0) throw new RuncsException(TopLevelRules.ProcessMissing);
        // Its stage would read the byte only after resume, and start would wait for that.
        if (Container.IsPausedBeforeStart(record)) throw new RuncsException("cannot start a container in the paused state: resume it first");
        using NotifySocket? notify = NotifySocket.Bind(directory, notifySocket);
        using Fd? process = notify == null ? null : record.Init.Open();
        Hook[] poststart = record.HasHooks("poststart") ? ContainerHooks.Read(directory).Poststart : [];
        try
        {
            Release(directory, record, start);
            Log.Debug("program started");
            ContainerHooks.RunPoststart(poststart, record);
        }
        catch (RuncsException e) when (e.IsOfHook)
        {
            Destroy(directory, record);
            throw;
        }
        if (process == null) return;
        // Other commands may work on the container meanwhile.
        directory.Dispose();
        notify!.Wait(process, record.Init.Pid, null);
    }

    /// <summary>
    /// No process reads the channel, which belongs to this container alone: only the message remains to be chosen.
    /// </summary>
    private static RuncsException NotCreated(ContainerRecord record) => new(
        record.Init.Exists()
        ? $"cannot start an already running container: \"{record.Id}\": exec runs another program in it"
        : Stopped);

    private static void Release(StateDirectory directory, ContainerRecord record, Fd start)
    {
        // Opened before the stage continues, or it could end in between.
        using Fd report = directory.OpenReport() ?? throw WithoutReport(directory, record);
        Errno errno = Files.TryWrite(start.Value, [0], out _);
        // SIGPIPE is ignored: if the stage died in between, this is EPIPE.
        if (errno.Value == Errno.EPIPE) throw new RuncsException(Stopped);
        errno.OrThrow("write", "start channel");
        Descriptors.WaitReadable(report.Value, "report channel");
        if (ContainerInit.ReceiveOutcome(report) is { } failure) throw Failed(directory, record, failure);
        WaitUntilTaken(start);
        // A limit that is too small for the program kills it within execve(2), which then reports nothing.
        if (WasOutOfMemory(record)) throw OutOfMemory.AtStart(null);
    }

    private static RuncsException WithoutReport(StateDirectory directory, ContainerRecord record) => record.Init.Exists()
        ? RuncsException.At($"{directory.Path}/report", "is not the FIFO of the container's exec stage: delete --force removes the container")
        : NotCreated(record);

    // The start has been taken: where nothing can be read, nothing is known against it.
    private static bool WasOutOfMemory(ContainerRecord record)
    {
        try
        {
            return !record.Init.Exists() && ContainerCgroup.OomKills(record) > 0;
        }
        catch (RuncsException e)
        {
            Log.Warn($"it is unknown whether the program was OOM-killed: {e.Message}");
            return false;
        }
    }

    // The execve closes the stage's channels one after the other, and `state` reports "created" while an end of this one
    // is open: no caller may see that after our return. A writer sees by POLLERR that no reader is left (poll(2)). With a
    // timeout: in a joined pid namespace others may have taken the descriptor (ptrace(2)).
    private static void WaitUntilTaken(Fd start)
    {
        const int Patience = 10_000;
        Descriptors.PollFd entry = new() { Fd = start.Value };
        Errno errno;
        int ready;
        while ((errno = Descriptors.TryPoll(new(ref entry), Patience, out ready)).Value == Errno.EINTR) { }
        if (errno.IsError) Log.Warn($"it is unknown whether the container is called created for a moment: {errno.Describe("poll", "start channel")}");
        else if (ready == 0) Log.Warn("the container is called created: another process has its start channel open");
    }

    private static RuncsException Failed(StateDirectory directory, ContainerRecord record, StageReport failure)
    {
        Hook[] hooks = StageFailure.IsOfHook(failure) ? ContainerHooks.Read(directory).StartContainer : [];
        string text = StageFailure.Describe(failure, record.Program, "", hooks);
        return StageFailure.Error(failure, ProgramRemedy.MayExplain(failure) ? text + Explain(directory, record, failure, hooks) : text);
    }

    private static string Explain(StateDirectory directory, ContainerRecord record, StageReport failure, Hook[] hooks)
    {
        try
        {
            Process process = Config.Read(directory.ReadConfig()).Process ?? new Process();
            return ProgramRemedy.Explain(failure, record.Rootfs, record.Program, process.Cwd, process.Env, hooks);
        }
        // The failure itself is what counts.
        catch (Exception e) when (e is RuncsException or OciDocumentException)
        {
            return "";
        }
    }

    // runtime.md, "Lifecycle", 7 and 9: a failed startContainer or poststart hook stops the container, which is then
    // deleted, including poststop hooks. Callers that delete it again (containerd, Podman) treat "does not exist" as
    // success.
    private static void Destroy(StateDirectory directory, ContainerRecord record)
    {
        try
        {
            using (Fd? init = record.Init.Open())
                if (init != null) Container.KillAndWait(record, init);
            DeleteCommand.Destroy(directory, record, force: true);
        }
        catch (RuncsException e)
        {
            Log.Warn($"the container was not deleted: {e.Message}");
        }
    }
}
