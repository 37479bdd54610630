// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Protobuf;
using Runcs.Shim.Messages;
using Runcs.Shim.Tasks;
using Runcs.Terminal;
using static Runcs.Native.OpenFlags;

namespace Runcs.Shim.Bootstrap;

/// <summary>
/// <c>start</c>: leaves a shim behind, or finds the one that has the container's group already, and prints its address.
/// </summary>
internal static class StartAction
{
    private const int LargestInput = 4 << 20, LargestConfig = 16 << 20;

    private static readonly string[] _groupAnnotations = ["io.containerd.runc.v2.group", "io.kubernetes.cri.sandbox-id"];

    /// <exception cref="RuncsException"/>
    public static int Run(ShimArguments arguments)
    {
        byte[] input = Files.ReadToEnd(StandardStreams.Input, "standard input", LargestInput);
        BootstrapParams? parameters = ReadParameters(input, arguments);
        ShimOptions options = ShimOptions.Read(parameters == null ? ReadAny(input) : FindOptions(parameters));
        string directory = parameters?.SocketDir is { Length: > 0 } given ? given : ShimSocket.DefaultDirectory;
        string path = ShimSocket.Path(directory, arguments.Address, arguments.Namespace, Group(arguments));
        using Fd? listening = ShimSocket.Listen(path);
        if (listening != null)
        {
            try
            {
                LeaveBehind(arguments, options, parameters, path, listening);
            }
            catch
            {
                FileNodes.TryUnlinkAt(Files.AT_FDCWD, path);
                throw;
            }
        }
        string address = "unix://" + path;
        WriteAddress(address);
        byte[] answer = parameters == null ? Encoding.UTF8.GetBytes(address) : new BootstrapResult { Version = 3, Address = address, Protocol = "ttrpc" }.ToBytes();
        Files.WriteAll(StandardStreams.Output, answer, "standard output");
        return 0;
    }

    // containerd 2.3 and later. Older ones give the options alone, or nothing, whose bytes could be read as this message too.
    private static BootstrapParams? ReadParameters(byte[] input, ShimArguments arguments) =>
        BootstrapParams.Read(input) is { } parameters && parameters.InstanceId == arguments.Id && parameters.Namespace == arguments.Namespace && parameters.InstanceId.Length > 0 ? parameters : null;

    private static Any? ReadAny(byte[] input) => input.Length == 0 ? null : Any.Read(input);

    private static Any? FindOptions(BootstrapParams parameters)
    {
        foreach (Extension extension in parameters.Extensions)
        {
            if (extension.Value is { TypeName: RuncOptions.TypeName or RuntimeOptions.TypeName or CreateOptions.TypeName } options) return options;
        }
        return null;
    }

    private static string Group(ShimArguments arguments)
    {
        Config config = Config.Read(Files.ReadFile("config.json", LargestConfig));
        foreach (string name in _groupAnnotations)
        {
            if (config.Annotations is { } annotations && annotations.TryGetValue(name, out string? group)) return group;
        }
        return arguments.Id;
    }

    private static void LeaveBehind(ShimArguments arguments, ShimOptions options, BootstrapParams? parameters, string path, Fd listening)
    {
        int score = OomScore();
        // Not a child that ends with this process, and no pipe of the caller's stays open in it: it waits for their end.
        Errno errno = Processes.TryClone(0, -1, out _, out Fd? pidfd);
        errno.OrThrow("clone3", "");
        if (pidfd != null)
        {
            pidfd.Dispose();
            return;
        }
        Log.Leave();
        try
        {
            Detach(listening, score, options);
            string events = parameters is { ContainerdTtrpcAddress.Length: > 0 } ? parameters.ContainerdTtrpcAddress : ProcessEnvironment.Variable("TTRPC_ADDRESS") ?? "";
            ShimProcess.Run(arguments, events, path, listening);
        }
#pragma warning disable CA1031 // The copy of the parent must not continue beyond this point.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Fail(FailureReason.Of(e));
        }
        Processes.Exit(1);
    }

    // In the shim.
    private static void Detach(Fd listening, int score, ShimOptions options)
    {
        Processes.TrySetsid();
        Descriptors.CloseAllBut(3, [listening.Value]);
        using (Fd nothing = Files.Open("/dev/null", O_RDWR))
        {
            for (int stream = StandardStreams.Input; stream <= StandardStreams.Error; stream++) Descriptors.TryDup2(nothing.Value, stream);
        }
        // containerd reads the log from this FIFO. Open for both, so that it can come and go.
        if (!Files.TryOpenAt(Files.AT_FDCWD, "log", O_RDWR | O_NONBLOCK, 0, out Fd? log).IsError)
        {
            using (log) Descriptors.TryDup2(log!.Value, StandardStreams.Error);
        }
        // The bundle can be removed.
        Processes.TryChdir("/");
        Files.TryWriteValueAt(Files.AT_FDCWD, "/proc/self/oom_score_adj", score.ToString(CultureInfo.InvariantCulture));
        if (options.ShimCgroup.Length > 0) ShimCgroup.Join(options.ShimCgroup);
        ShareCores();
    }

    // A core of its own for the containers of this shim (PR_SCHED_CORE(2const)), if containerd is configured so.
    private static void ShareCores()
    {
        const int PR_SCHED_CORE = 62, PR_SCHED_CORE_CREATE = 1, ProcessGroup = 2;
        if (string.IsNullOrEmpty(ProcessEnvironment.Variable("SCHED_CORE"))) return;
        Errno errno = Processes.TryPrctl(PR_SCHED_CORE, PR_SCHED_CORE_CREATE, 0, ProcessGroup);
        errno.OrThrow("prctl", "PR_SCHED_CORE");
    }

    // The kernel ends the shim before containerd.
    private static int OomScore()
    {
        const int Most = 1000;
        try
        {
            string text = Files.ReadTextAt(Files.AT_FDCWD, $"/proc/{Processes.GetParentPid()}/oom_score_adj").Trim();
            return Math.Min(int.Parse(text, CultureInfo.InvariantCulture) + 1, Most);
        }
        catch (Exception e) when (e is RuncsException or FormatException)
        {
            return 1;
        }
    }

    // containerd 1.6 finds the shim by it after a restart.
    private static void WriteAddress(string address)
    {
        using Fd file = Files.Open("address", O_WRONLY | O_CREAT | O_TRUNC, 0b110_000_000);
        Files.WriteAll(file.Value, Encoding.UTF8.GetBytes(address), "address");
    }
}
