// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Globalization;
using Runcs.Containers.Storage;
using Runcs.Credentials;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Seccomp;
using Runcs.Terminal;
using Runcs.Values;

namespace Runcs.Containers.Commands;

/// <summary><c>exec</c>: a further process in a container.</summary>
/// <remarks>
/// Without the container's lock: a pidfd holds its first process, and the new one is in the container's cgroups before it
/// does anything, so that a concurrent delete finds it there.
/// </remarks>
public static class ExecCommand
{
    private const int LargestProcess = 16 << 20;

    /// <param name="session">In the foreground; null when detached.</param>
    /// <param name="interrupts">Once it is readable, the process is killed; null for none.</param>
    /// <returns>The program's exit code, or 128 plus its signal; 0 when detached.</returns>
    /// <exception cref="RuncsException"/>
    public static int Run(ExecOptions options, ForegroundSession? session, Fd? interrupts = null)
    {
        using NewProcess added = Add(options, session, interrupts);
        return session == null ? 0 : session.Wait(added.Pid, added.Pidfd);
    }

    /// <summary>Detached.</summary>
    /// <returns>The pid of the process.</returns>
    /// <exception cref="RuncsException"/>
    public static int Start(ExecOptions options)
    {
        using NewProcess added = Add(options, session: null, interrupts: null);
        return added.Pid;
    }

    private static NewProcess Add(ExecOptions options, ForegroundSession? session, Fd? interrupts)
    {
        NewProcess added = options.LateStreams == null ? Prepare(options, session, interrupts) : PrepareEarly(options);
        try
        {
            added.OpenTerminal(session);
            added.Start();
            if (options.PidFile != null) PidFile.Write(options.PidFile, added.Pid);
            added.Keep();
            return added;
        }
        catch
        {
            added.Dispose();
            throw;
        }
    }

    private static NewProcess PrepareEarly(ExecOptions options)
    {
        NewProcess? added = null;
        try
        {
            added = Prepare(options, session: null, interrupts: null);
        }
        catch (RuncsException)
        {
            // The container may be another one by then, or the next try has the reason.
        }
        ContainerStreams streams = options.LateStreams!();
        added ??= Prepare(options, session: null, interrupts: null);
        added.Continue(streams);
        return added;
    }

    private static NewProcess Prepare(ExecOptions options, ForegroundSession? session, Fd? interrupts)
    {
        ContainerRecord record = Container.Load(options.Root, options.Id);
        Fd init = RunningContainer.Open(options.Root, record, options.IgnorePaused);
        try
        {
            Config config = ReadConfig(options);
            Process process = ReadProcess(options, config);
            CallerFacts caller = Caller.Read();
            ExecPlan plan = Plan(options, process, config, record, caller);
            Consoles.Check(plan.Process.Terminal, session == null, options.Console != null || options.ConsoleSocket != null);
            return new NewProcess(options, record, init, plan, config, caller, interrupts);
        }
        catch
        {
            init.Dispose();
            throw;
        }
    }

    private static Config ReadConfig(ExecOptions options)
    {
        try
        {
            return Config.Read(StateDirectory.PeekConfig(options.Root, options.Id));
        }
        catch (RuncsException e) when (e.Errno.Value == Errno.ENOENT)
        {
            // It has just been deleted.
            throw ContainerErrors.DoesNotExist(options.Root, options.Id, e);
        }
        catch (OciDocumentException e)
        {
            throw RuncsException.At($"{options.Root}/{options.Id}/config.json", e.Message);
        }
    }

    private static Process ReadProcess(ExecOptions options, Config config)
    {
        // A created container may have none; it is required at start.
        Process ofConfig = config.Process ?? new Process { Cwd = "/" };
        if (options.ProcessFile == null && options.ProcessDocument == null)
        {
            options.Flags.ApplyTo(ofConfig);
            return ofConfig;
        }
        try
        {
            // It may be a pipe.
            Process process = Process.Read(options.ProcessDocument ?? Files.ReadFile(options.ProcessFile!, LargestProcess), out DocumentFault[] misnamed);
            foreach (DocumentFault member in misnamed) Log.WarnInAnyCase($"process.{member}");
            ExecPlanner.Complete(process, ofConfig);
            return process;
        }
        catch (RuncsException e) when (e.LacksJsonPath)
        {
            throw e.On(options.ProcessFile!).At("--process");
        }
        catch (OciDocumentException e)
        {
            throw RuncsException.At(options.ProcessFile ?? "process", e.Message);
        }
    }

    private static ProgramRights Rights(Config config, ContainerRecord record, CallerFacts caller)
    {
        bool entersUsers = Array.Exists(config.Linux?.Namespaces ?? [], static kind => kind.Type == LinuxNamespaceType.User);
        bool denied = entersUsers ? UserNamespaces.DeniesGroups(record.Init.Pid.ToString(CultureInfo.InvariantCulture)) : caller.GroupsDenied;
        return ProgramRights.Of(config, caller, entersUsers, denied);
    }

    private static ExecPlan Plan(ExecOptions options, Process process, Config config, ContainerRecord record, CallerFacts caller)
    {
        var (problems, warnings) = (new List<string>(), new List<string>());
        Linux linux = config.Linux ?? new Linux();
        ExecPlan plan = ExecPlanner.PlanExec(process, linux, record.Bundle, Rights(config, record, caller),
            LsmPlan.IsWanted(process) ? LsmFacts.Read() : new LsmFacts(),
            SeccompFacts.ReadFor(linux.Seccomp), problems, warnings);
        if (problems.Count > 0) throw Problems.Refusal(problems);
        // create has printed the warnings about the config; standard error is the program's now.
        if (options.ProcessFile != null || options.ProcessDocument != null || options.Flags.Capabilities.Length > 0)
            foreach (string warning in warnings) Log.Warn(warning);
        return plan;
    }
}
