// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Diagnostics;
using Runcs.Init.Helpers;
using Runcs.Native;
using Runcs.Plan;
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
        Bundle bundle = Bundle.Read(options);
        using NewNetwork? network = NewNetwork.Begin(bundle.Config);
        ContainerPlan plan = bundle.Plan(options);
        Consoles.Check(plan.Process.Terminal, session == null, options.ConsoleSocket);
        using var container = new NewContainer(options, plan, interrupts);
        container.Begin();
        container.OpenPipes();
        using NotifySocket? notify = container.BindNotify();
        (ConsoleSocket? master, ConsoleSocket? console) = OpenConsole(options, plan);
        using (master)
        {
            using (console) container.Make(network, console);
            if (master != null) session!.AttachTerminal(master.Receive() ?? throw RuncsException.At("process.terminal", "the container sent no terminal"));
        }
        container.Start();
        if (options.PidFile != null) PidFile.Write(options.PidFile, container.Pid);
        container.Keep();
        if (session == null)
        {
            if (notify == null) return 0;
            container.Unlock();
            notify.Wait(container.Pidfd, container.Pid, interrupts);
            return 0;
        }
        container.Unlock();
        // This process stays, so the manager must watch it. Not only for the first message: later ones carry descriptors
        // of sd_notify_barrier(3), on which the program waits.
        if (notify != null) session.Watched = (notify.Descriptor, () => notify.Relay(Processes.GetPid(), waits: false));
        int code = session.Wait(container.Pid, container.Pidfd);
        session.ReleaseTerminal();
        if (code == 128 + Processes.SIGKILL && container.WasOutOfMemory) Log.Warn(OutOfMemory.AtRun);
        if (!options.Keep) Destroy(container);
        return code;
    }

    // The caller wants the program's exit code, even if the removal fails.
    private static void Destroy(NewContainer container)
    {
        try
        {
            container.Destroy();
        }
        catch (RuncsException e)
        {
            Log.Warn(e.Message);
        }
    }

    private static (ConsoleSocket? Master, ConsoleSocket? Console) OpenConsole(CreateOptions options, ContainerPlan plan)
    {
        if (!plan.Process.Terminal) return (null, null);
        if (options.ConsoleSocket != null) return (null, ConsoleSocket.Connect(options.ConsoleSocket));
        (ConsoleSocket parent, ConsoleSocket child) = ConsoleSocket.Pair();
        return (parent, child);
    }
}
