// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Runcs.Containers.Commands;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Protobuf;
using Runcs.Shim.Messages;
using Runcs.Shim.Rootfs;
using Runcs.Shim.Tasks;
using Runcs.Terminal;

namespace Runcs.Shim.Bootstrap;

/// <summary><c>delete</c>: removes what is left of a container without its shim, which has ended or was killed.</summary>
internal static class DeleteAction
{
    /// <exception cref="RuncsException"/>
    public static int Run(ShimArguments arguments)
    {
        string directory = ProcessEnvironment.WorkingDirectory();
        string bundle = $"{directory[..directory.LastIndexOf('/')]}/{arguments.Id}", rootfs = $"{bundle}/rootfs";
        int pid = ReadPid($"{bundle}/init.pid");
        Try(() => DeleteCommand.Run($"{ShimOptions.ReadRoot(bundle)}/{arguments.Namespace}", arguments.Id, force: true), "delete the container");
        Try(() => RootfsMounts.Unmount(rootfs), "unmount the root file system");
        Try(() => RootfsMounts.RemoveLayers(rootfs), "unmount the layers of the root file system");
        (long seconds, int nanoseconds) = Clock.Now();
        var response = new DeleteResponse { Pid = (uint)pid, ExitStatus = 128 + Processes.SIGKILL, ExitedAt = new UnixTime(seconds, nanoseconds) };
        Files.WriteAll(StandardStreams.Output, response.ToBytes(), "standard output");
        return 0;
    }

    // What can be removed is removed.
    private static void Try(System.Action step, string what)
    {
        try
        {
            step();
        }
        catch (RuncsException e)
        {
            Log.Warn($"unable to {what}: {e.Message}");
        }
    }

    private static int ReadPid(string file)
    {
        try
        {
            return int.TryParse(Files.ReadTextAt(Files.AT_FDCWD, file), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : 0;
        }
        catch (RuncsException)
        {
            return 0;
        }
    }
}
