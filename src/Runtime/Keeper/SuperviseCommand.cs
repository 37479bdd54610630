// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Terminal;

namespace Runcs.Keeper;

/// <summary><c>run --supervise</c>: leaves a clone of this process behind as the container's keeper.</summary>
internal static class SuperviseCommand
{
    private const int FirstFree = 3, LargestConfig = 16 << 20;

    /// <summary>Returns when the program runs.</summary>
    /// <param name="interrupts">Once it is readable, the changes are rolled back.</param>
    /// <exception cref="RuncsException">The container does not run, and nothing is left of it.</exception>
    public static void Run(KeeperOptions options, Fd interrupts)
    {
        options = options with { HasTerminal = HasTerminal(options) };
        (Fd ours, Fd its) = UnixSockets.Pair();
        using (ours)
        {
            using (its)
            {
                Errno errno = Processes.TryClone(0, -1, out _, out Fd? pidfd);
                errno.OrThrow("clone3", "");
                if (pidfd == null) Become(options, its);
                pidfd!.Dispose();
            }
            KeeperReport.Receive(ours, interrupts);
        }
    }

    // Only this is asked of the config: the clone that creates the container reports what is wrong with it.
    private static bool HasTerminal(KeeperOptions options)
    {
        try
        {
            byte[] document = Files.ReadFile(options.Container.Config ?? $"{options.Container.Bundle}/config.json", LargestConfig);
            return Config.Read(document, null, out _, out _).Process is { Terminal: true };
        }
        catch (Exception e) when (e is RuncsException or OciDocumentException)
        {
            return false;
        }
    }

    // In the keeper.
    private static void Become(KeeperOptions options, Fd socket)
    {
        int code = 1;
        var report = new KeeperReport(socket);
        try
        {
            Processes.TrySetsid();
            Signals.SetMask(new Signals.Set(0));
            List<int> kept = [.. options.Preserved(), .. report.Kept()];
            Descriptors.CloseAllBut(FirstFree, kept.ToArray());
            // Standard error is the command's until it ends: for its warnings.
            using (Fd nothing = Files.Open("/dev/null", OpenFlags.O_RDWR))
            {
                Descriptors.TryDup2(nothing.Value, StandardStreams.Input);
                Descriptors.TryDup2(nothing.Value, StandardStreams.Output);
            }
            // The working directory can be removed.
            Processes.TryChdir("/");
            KeeperProcess.Run(options, report);
            code = 0;
        }
#pragma warning disable CA1031 // The copy of the parent must not continue beyond this point.
        catch (Exception e)
#pragma warning restore CA1031
        {
            report.Fail(FailureReason.Of(e));
        }
        Processes.Exit(code);
    }
}
