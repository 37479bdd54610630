// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Storage;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Containers.Commands;

/// <summary><c>state</c>.</summary>
public static class StateCommand
{
    /// <exception cref="RuncsException">There is no such container.</exception>
    public static ContainerState Run(string root, string id)
    {
        ContainerRecord record = Container.Load(root, id);
        ContainerState state = Describe(root, record);
        if (record.Keeper.Length > 0) state.Keeper = StateDirectory.PeekKeeper(root, id)?.Describe();
        return state;
    }

    internal static ContainerState Describe(string root, ContainerRecord record) => Container.Describe(record, Container.Status(root, record));
}
