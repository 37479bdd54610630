// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Terminal;

/// <summary>The descriptors of the runtime's process that become a program's standard streams.</summary>
public readonly record struct ContainerStreams(int Input, int Output, int Error)
{
    private const int FirstFree = 3;

    /// <summary>The standard streams that the runtime's process inherited.</summary>
    public static ContainerStreams Own => new(StandardStreams.Input, StandardStreams.Output, StandardStreams.Error);

    public int[] ToArray() => [Input, Output, Error];

    /// <summary>In the process that becomes the program: makes them its standard streams.</summary>
    /// <exception cref="RuncsException"/>
    public void Take()
    {
        if (this == Own) return;
        // A source may have the number of another's target.
        using Fd input = Descriptors.Duplicate(Input, FirstFree), output = Descriptors.Duplicate(Output, FirstFree), error = Descriptors.Duplicate(Error, FirstFree);
        Descriptors.TryDup2(input.Value, StandardStreams.Input);
        Descriptors.TryDup2(output.Value, StandardStreams.Output);
        Descriptors.TryDup2(error.Value, StandardStreams.Error);
    }

    /// <summary>
    /// As <see cref="StandardStreams.Prepare(int[], Fd, uint)"/>, for a program in a user namespace. Called by the parent, since that
    /// namespace's root may not chown the caller's files.
    /// </summary>
    /// <param name="uid">The user's uid on the host.</param>
    public void Give(uint uid)
    {
        foreach (int stream in (System.ReadOnlySpan<int>)[Input, Output, Error])
        {
            if (!FileStatus.TryAt(stream, "", AtFlags.AT_EMPTY_PATH, out FileStatus status).IsError && StandardStreams.IsOurs(status) && status.Uid != uid)
                FileNodes.TryChown(stream, uid, -1);
        }
    }
}
