// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Terminal;

/// <summary>The descriptors of the runtime's process that become a program's standard input, output and error.</summary>
public readonly record struct ContainerStreams(int Input, int Output, int Error)
{
    private const int FirstFree = 3;

    /// <summary>Those of the runtime's process itself, which its caller has given it.</summary>
    public static ContainerStreams Own => new(StandardStreams.Input, StandardStreams.Output, StandardStreams.Error);

    /// <summary>In the process that becomes the program: makes them its standard streams.</summary>
    /// <exception cref="RuncsException"/>
    public void Take()
    {
        if (this == Own) return;
        // One may have the number that another is to get.
        using Fd input = Descriptors.Duplicate(Input, FirstFree), output = Descriptors.Duplicate(Output, FirstFree), error = Descriptors.Duplicate(Error, FirstFree);
        Descriptors.TryDup2(input.Value, StandardStreams.Input);
        Descriptors.TryDup2(output.Value, StandardStreams.Output);
        Descriptors.TryDup2(error.Value, StandardStreams.Error);
    }

    /// <summary>
    /// As <see cref="StandardStreams.Prepare"/> for a program in a user namespace, whose root may not give away what is not its own:
    /// done by the parent.
    /// </summary>
    /// <param name="uid">The user's on the host.</param>
    public void Give(uint uid)
    {
        foreach (int stream in (System.ReadOnlySpan<int>)[Input, Output, Error])
        {
            if (!FileStatus.TryAt(stream, "", AtFlags.AT_EMPTY_PATH, out FileStatus status).IsError && StandardStreams.IsOurs(status) && status.Uid != uid)
                FileNodes.TryChown(stream, uid, -1);
        }
    }
}
