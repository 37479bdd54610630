// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Init.Helpers;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Terminal;

namespace Runcs.Containers;

/// <summary>From a bundle to a container that waits for <c>start</c>, or runs.</summary>
public static class Creation
{
    /// <summary><c>create</c>: returns when the container waits for <c>start</c>.</summary>
    /// <exception cref="RuncsException"/>
    public static void Create(CreateOptions options)
    {
        Bundle bundle = Bundle.Read(options);
        NotifySocket.AddTo(bundle.Config, options);
        using NewNetwork? network = NewNetwork.Begin(bundle.Config);
        ContainerPlan plan = bundle.Plan(options);
        CheckConsole(options, plan, detached: true);
        using Fd interrupts = Interrupts.Take();
        using var container = new NewContainer(options, plan, interrupts);
        container.Begin();
        container.OpenFifos();
        using ConsoleSocket? console = options.ConsoleSocket == null ? null : ConsoleSocket.Connect(options.ConsoleSocket);
        container.Make(network, console);
        // The lock still holds a start back. The pid file last: nothing undoes it.
        container.Offer();
        WritePidFile(options, container);
        container.Keep();
    }

    /// <summary><c>run</c>: the program's exit code, or 128 and its signal; 0 when detached.</summary>
    /// <exception cref="RuncsException"/>
    public static int Run(CreateOptions options)
    {
        Bundle bundle = Bundle.Read(options);
        NotifySocket.AddTo(bundle.Config, options);
        using NewNetwork? network = NewNetwork.Begin(bundle.Config);
        ContainerPlan plan = bundle.Plan(options);
        CheckConsole(options, plan, options.Detach);
        using ForegroundSession? session = options.Detach ? null : ForegroundSession.Begin(!options.NoSubreaper);
        using Fd interrupts = Interrupts.Take();
        using var container = new NewContainer(options, plan, interrupts);
        container.Begin();
        container.OpenPipes();
        using NotifySocket? notify = container.BindNotify();
        (ConsoleSocket? master, ConsoleSocket? console) = OpenConsole(options, plan);
        using (master)
        {
            using (console) container.Make(network, console);
            if (master != null) session!.AttachTerminal(master.Receive() ?? throw new RuncsException("process.terminal: no terminal came from the container"));
        }
        container.Start();
        WritePidFile(options, container);
        container.Keep();
        if (session == null)
        {
            if (notify == null) return 0;
            container.Unlock();
            notify.Wait(container.Pidfd, container.Pid, interrupts);
            return 0;
        }
        container.Unlock();
        // What stays and is to be watched is this process. Not only for the first message: what comes with the others, such as
        // the descriptors of sd_notify_barrier(3), is waited for.
        if (notify != null) session.Watched = (notify.Descriptor, () => notify.Relay(Processes.GetPid(), waits: false));
        int code = session.Wait(container.Pid, container.Pidfd);
        session.Dispose();
        if (code == 128 + Processes.SIGKILL && container.WasOutOfMemory) Log.Warn(OutOfMemory.AtRun);
        if (!options.Keep) Destroy(container);
        return code;
    }

    // The caller wants the program's exit code, whatever comes after it.
    private static void Destroy(NewContainer container)
    {
        try
        {
            container.Destroy();
        }
        catch (Exception e) when (e is RuncsException or SyscallException)
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

    // runc's rule and words.
    private static void CheckConsole(CreateOptions options, ContainerPlan plan, bool detached)
    {
        bool terminal = plan.Process.Terminal;
        if (detached && terminal && options.ConsoleSocket == null)
            throw new RuncsException("cannot allocate tty if runc will detach without setting console socket");
        if (options.ConsoleSocket != null && !(detached && terminal))
            throw new RuncsException("cannot use console socket if runc will not detach or allocate tty");
    }

    private static void WritePidFile(CreateOptions options, NewContainer container)
    {
        if (options.PidFile != null) PidFile.Write(options.PidFile, container.Pid);
    }
}
