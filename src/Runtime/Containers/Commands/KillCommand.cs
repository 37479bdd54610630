// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Storage;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Containers.Commands;

/// <summary><c>kill</c>.</summary>
/// <remarks>
/// Without the container's lock: the pidfd refers to the recorded process or to none, and a container must be killable
/// while another command waits for its hooks.
/// </remarks>
public static class KillCommand
{
    /// <param name="signal">A name or a number.</param>
    /// <param name="goneIsFine">--all: a container that is not running is not an error.</param>
    /// <exception cref="RuncsException"/>
    public static void Run(string root, string id, string signal, bool goneIsFine)
    {
        ContainerRecord record = Container.Load(root, id);
        int number = SignalNames.Parse(signal);
        // The user wants it to end; other signals may mean something to the program.
        bool ends = record.MayRestart && number is (Processes.SIGKILL or Processes.SIGTERM) && KeeperCall.EndRestarts(root, id);
        bool reached = SignalInit(record, number);
        if (number == Processes.SIGKILL)
        {
            // In a pid namespace of its own, the kernel kills the others with the first process (pid_namespaces(7)).
            if (!record.PrivatePidNamespace) reached |= ContainerCgroup.KillAll(record);
            else if (reached) ContainerCgroup.Thaw(record);
        }
        if (!reached && !ends && !goneIsFine) throw ContainerErrors.NotRunning(id, ContainerStatus.Stopped);
    }

    private static bool SignalInit(ContainerRecord record, int signal)
    {
        using Fd? init = record.Init.Open();
        if (init == null) return false;
        Errno errno = ProcessDescriptors.TrySignal(init.Value, signal);
        if (errno.Value == Errno.ESRCH) return false;
        if (Log.IsDebug) Log.Debug($"signal {signal} to process {record.Init.Pid}");
        // In runc's words: there is no such signal.
        if (errno.Value == Errno.EINVAL) throw new RuncsException($"unable to signal init: {errno.Message}: the signal must be from 0 to {Signals.Last}, got {signal}");
        errno.OrThrow("pidfd_send_signal", $"pid {record.Init.Pid}");
        return true;
    }
}
