// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Init.Stage;

/// <summary>The transition from the managed init to the exec stage.</summary>
internal static unsafe class StageImage
{
    /// <summary>The process name of a container that waits for its start, as ps(1) shows it.</summary>
    internal const string Name = "runcs-init";

    /// <summary>Executes the stage with its own descriptors and those that the program keeps.</summary>
    /// <exception cref="RuncsException">Always: it returns only on failure.</exception>
    internal static void Execute(Fd image, StageInputs inputs)
    {
        for (int i = 0; i < inputs.Preserved; i++) Descriptors.SetCloseOnExec(3 + i, false);
        Descriptors.SetCloseOnExec(inputs.Start.Value, false);
        Descriptors.SetCloseOnExec(inputs.Report.Value, false);
        foreach (int descriptor in inputs.Inherited()) Descriptors.SetCloseOnExec(descriptor, false);
        throw TryExecute(image).Failure("execveat", "exec stage");
    }

    /// <summary>Returns only on failure.</summary>
    internal static Errno TryExecute(Fd image)
    {
        using CStringArray arguments = CStringArray.Of([Name]), environment = CStringArray.Of(System.Array.Empty<string>());
        return Processes.TryExecFd(image.Value, arguments.Pointer, environment.Pointer);
    }
}
