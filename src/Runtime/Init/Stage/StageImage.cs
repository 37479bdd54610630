// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Init.Stage;

/// <summary>The step from the managed init to the exec stage.</summary>
internal static unsafe class StageImage
{
    /// <summary>What lists of processes show of a container that waits for its start.</summary>
    internal const string Name = "runcs-init";

    /// <summary>Executes the stage with the descriptors that it uses and those that the program keeps.</summary>
    /// <exception cref="RuncsException">Always: it returns only when it failed.</exception>
    internal static void Execute(Fd image, StageInputs inputs)
    {
        for (int i = 0; i < inputs.Preserved; i++) Descriptors.SetCloseOnExec(3 + i, false);
        Descriptors.SetCloseOnExec(inputs.Start.Value, false);
        Descriptors.SetCloseOnExec(inputs.Report.Value, false);
        foreach (int descriptor in inputs.Inherited()) Descriptors.SetCloseOnExec(descriptor, false);
        throw TryExecute(image).Failure("execveat", "exec stage");
    }

    /// <summary>Returns only when it failed.</summary>
    internal static Errno TryExecute(Fd image)
    {
        using CStringArray arguments = CStringArray.Of([Name]), environment = CStringArray.Of(System.Array.Empty<string>());
        return Processes.TryExecFd(image.Value, arguments.Pointer, environment.Pointer);
    }
}
