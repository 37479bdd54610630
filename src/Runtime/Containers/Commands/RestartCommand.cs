// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Storage;
using Runcs.Native;

namespace Runcs.Containers.Commands;

/// <summary>For a keeper: creates a container again that has stopped. Its id stays taken meanwhile.</summary>
public static class RestartCommand
{
    /// <param name="options">Those that it was created with.</param>
    /// <param name="record">The keeper's record from now on.</param>
    /// <returns>The pid of the container's first process, which waits for <c>start</c>; 0 if the container has been deleted.</returns>
    /// <exception cref="RuncsException"/>
    public static int Run(CreateOptions options, KeeperRecord record)
    {
        using StateDirectory? directory = StateDirectory.Open(options.Root, options.Id);
        if (directory?.ReadRecord() is not { } container || !record.IsOf(options.Root, options.Id)) return 0;
        if (container.Init.Exists()) throw new RuncsException($"container {container.Id} runs already");
        DeleteCommand.Clear(directory, container);
        directory.WriteKeeper(record);
        return CreateCommand.Run(options with { Existing = directory });
    }
}
