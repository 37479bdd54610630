// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Init.Stage;

/// <summary>The step from the managed init to the exec stage.</summary>
internal static unsafe class StageImage
{
    /// <summary>What lists of processes show of a container that waits for its start.</summary>
    internal const string Name = "runcs-init";

    /// <exception cref="SyscallException">Always: it returns only when it failed.</exception>
    internal static void Execute(Fd image) => throw new SyscallException("execveat", "exec stage", TryExecute(image));

    /// <summary>Returns only when it failed.</summary>
    internal static Errno TryExecute(Fd image)
    {
        using CStringArray arguments = CStringArray.Of([Name]), environment = CStringArray.Of(System.Array.Empty<string>());
        return Processes.TryExecFd(image.Value, arguments.Pointer, environment.Pointer);
    }
}
