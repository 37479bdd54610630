// SPDX-License-Identifier: Apache-2.0
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Terminal;

namespace Runcs.Containers.Commands;

/// <summary><c>run</c>: create and start in one.</summary>
public static class RunCommand
{
    /// <summary>The program's exit code, or 128 plus its signal; 0 when detached.</summary>
    /// <param name="session">In the foreground; null when detached.</param>
    /// <param name="interrupts">Once it is readable, the changes are rolled back; null for none.</param>
    /// <exception cref="RuncsException"/>
    public static int Run(CreateOptions options, ForegroundSession? session, Fd? interrupts = null)
    {
        options = options with { Starts = true };
        using NewContainer container = NewContainer.Plan(options, session == null, interrupts);
        ContainerEnvironment environment = container.Environment;
        environment.Begin();
        container.OpenPipes();
        using NotifySocket? notify = NotifySocket.Bind(environment.State, options.NotifySocket);
        (ConsoleSocket? master, ConsoleSocket? console) = OpenConsole(container.HasTerminal, options.ConsoleSocket);
        using (master)
        {
            using (console) container.Make(console);
            if (master != null) session!.AttachTerminal(master.Receive() ?? throw RuncsException.At("process.terminal", "the container sent no terminal"));
        }
        container.Start();
        if (options.PidFile != null) PidFile.Write(options.PidFile, container.Pid);
        environment.Keep();
        if (session == null)
        {
            if (notify == null) return 0;
            environment.State.Unlock();
            notify.Wait(container.Pidfd, container.Pid, interrupts);
            return 0;
        }
        environment.State.Unlock();
        // This process stays, so the manager must watch it. Not only for the first message: later ones carry descriptors
        // of sd_notify_barrier(3), on which the program waits.
        if (notify != null) session.Watched = (notify.Descriptor, () => notify.Relay(Processes.GetPid(), waits: false));
        int code = session.Wait(container.Pid, container.Pidfd);
        session.ReleaseTerminal();
        if (code == 128 + Processes.SIGKILL && environment.WasOutOfMemory) Log.Warn(OutOfMemory.AtRun);
        if (!options.Keep) Destroy(environment);
        return code;
    }

    // The caller wants the program's exit code, even if the removal fails.
    private static void Destroy(ContainerEnvironment environment)
    {
        try
        {
            environment.Destroy();
        }
        catch (RuncsException e)
        {
            Log.Warn(e.Message);
        }
    }

    private static (ConsoleSocket? Master, ConsoleSocket? Console) OpenConsole(bool terminal, string? path)
    {
        if (!terminal) return (null, null);
        if (path != null) return (null, ConsoleSocket.Connect(path));
        (ConsoleSocket parent, ConsoleSocket child) = ConsoleSocket.Pair();
        return (parent, child);
    }
}
