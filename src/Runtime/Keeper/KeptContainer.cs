// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers;
using Runcs.Containers.Storage;
using Runcs.Native;

namespace Runcs.Keeper;

/// <summary>A container with a keeper, as other commands find it.</summary>
internal static class KeptContainer
{
    /// <summary>What its keeper has recorded.</summary>
    /// <exception cref="RuncsException">There is no such container, or it has no keeper.</exception>
    public static KeeperRecord Load(string root, string id)
    {
        ContainerRecord container = Container.Load(root, id);
        if (container.Keeper.Length == 0) throw new RuncsException($"container {id} has no keeper: only run --supervise starts one");
        return StateDirectory.PeekKeeper(root, id) ?? throw new RuncsException($"container {id} has no keeper: it was killed while it created the container");
    }

    /// <summary>The exit code, if the container has ended for good.</summary>
    /// <returns>Null if it has not; also if it has been deleted.</returns>
    /// <exception cref="RuncsException"/>
    public static int? ExitCode(string root, string id) => StateDirectory.PeekKeeper(root, id) is { HasEnded: true } record ? record.ExitCode : null;

    /// <summary>Why a keeper does not answer, or no longer.</summary>
    public static RuncsException Lost(string root, string id)
    {
        KeeperRecord? record = StateDirectory.PeekKeeper(root, id);
        if (record == null) return ContainerErrors.DoesNotExist(root, id);
        return new RuncsException(record.IsKept
            ? $"the keeper of container {id} has closed the connection: its output was not read fast enough"
            : $"the keeper of container {id} was killed: how the container ends is not known; kill and delete still work");
    }
}
